# Catch2 ships a module that makes each test case a ctest test; 2.13 and 3 keep it under one name.
include(Catch)
function(shoal_discover_tests target)
  catch_discover_tests(${target} PROPERTIES TIMEOUT 60 ${ARGN})
endfunction()
