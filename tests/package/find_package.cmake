# A project outside that finds the installed shoal, builds the examples and the contract programs with it, and compares what they
# print. The contract's million is a tenth of that here. What a program prints may hang on the order in which a compiler evaluates
# arguments; NAME.g++.out is what it prints with a compiler that begins with the last.
include(${CMAKE_CURRENT_LIST_DIR}/steps.cmake)
set(build ${WORK}/${KIND}/find_package)
configure_and_build(${CMAKE_CURRENT_LIST_DIR}/find_package ${build} -D CMAKE_PREFIX_PATH=${PREFIX} -D SHOAL=${SHOAL})
file(GLOB expected_files ${SHOAL}/examples/*.out)
foreach(expected IN LISTS expected_files)
  cmake_path(GET expected STEM name)
  expect_output(${build}/${name} ${expected})
endforeach()

file(GLOB expected_files ${SHOAL}/tests/contract/*.cpp)
foreach(program IN LISTS expected_files)
  cmake_path(GET program STEM name)
  set(expected ${SHOAL}/tests/contract/${name}.out)
  if(CXX MATCHES "(g|c)\\+\\+" AND NOT CXX MATCHES "clang" AND EXISTS ${SHOAL}/tests/contract/${name}.g++.out)
    set(expected ${SHOAL}/tests/contract/${name}.g++.out)
  endif()
  expect_output(${build}/contract_${name} ${expected} 100000)
endforeach()
