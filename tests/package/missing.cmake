# Without one of its needs, shoal stops at configure time and says what to install where.
include(${CMAKE_CURRENT_LIST_DIR}/steps.cmake)
set(build ${WORK}/missing_${MISSING})
file(REMOVE_RECURSE ${build})
if(MISSING STREQUAL "Boost")
  set(without -D CMAKE_DISABLE_FIND_PACKAGE_Boost=ON)
  set(names "apt install libboost-context-dev" "vcpkg install boost-context" "brew install boost")
elseif(MISSING STREQUAL "fmt")
  set(without -D CMAKE_DISABLE_FIND_PACKAGE_fmt=ON)
  set(names "apt install libfmt-dev" "vcpkg install fmt" "brew install fmt")
else()
  # Wherever it is: the header alone is what is looked for.
  set(without -D CMAKE_DISABLE_FIND_PACKAGE_concurrentqueue=ON -D CMAKE_FIND_ROOT_PATH=${build}/nowhere
              -D CMAKE_FIND_ROOT_PATH_MODE_INCLUDE=ONLY)
  set(names "apt install libconcurrentqueue-dev" "vcpkg install concurrentqueue" "brew install concurrentqueue")
endif()
failing_step(${CMAKE_COMMAND} -S ${SHOAL} -B ${build} -G ${GENERATOR} ${without} -D SHOAL_BUILD_TESTS=OFF
  EXPECT "shoal needs [^.]*${MISSING}" ${names} "-DSHOAL_FETCH_DEPS=ON")
