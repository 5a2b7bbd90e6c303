# A program and a shared object, both with hidden symbols, use one installed shared shoal and exchange messages of types that are
# compiled into both.
include(${CMAKE_CURRENT_LIST_DIR}/steps.cmake)
set(build ${WORK}/plugin)
configure_and_build(${CMAKE_CURRENT_LIST_DIR}/plugin ${build} -D CMAKE_PREFIX_PATH=${PREFIX})
expect_output(${build}/program ${CMAKE_CURRENT_LIST_DIR}/plugin/program.out ${build}/libplugin.so)
