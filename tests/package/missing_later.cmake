# find_package(shoal) without what shoal needs names the missing one.
include(${CMAKE_CURRENT_LIST_DIR}/steps.cmake)
foreach(missing IN ITEMS fmt Boost)
  set(build ${WORK}/missing_later_${missing})
  file(REMOVE_RECURSE ${build})
  failing_step(${CMAKE_COMMAND} -S ${CMAKE_CURRENT_LIST_DIR}/find_package -B ${build} -G ${GENERATOR} -D SHOAL=${SHOAL}
    -D CMAKE_PREFIX_PATH=${PREFIX} -D CMAKE_DISABLE_FIND_PACKAGE_${missing}=ON
    EXPECT "shoal" "${missing}")
endforeach()
