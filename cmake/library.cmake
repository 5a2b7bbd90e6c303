# The library: shoal::shoal. Static unless BUILD_SHARED_LIBS says otherwise.
include(GNUInstallDirs)
include(CheckCXXCompilerFlag)
check_cxx_compiler_flag(-fstack-clash-protection SHOAL_HAS_STACK_CLASH_PROTECTION)

file(GLOB SHOAL_SOURCES CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/*/*.cpp)
add_library(shoal ${SHOAL_SOURCES})
add_library(shoal::shoal ALIAS shoal)

# What every user of shoal gets: the headers, C++20, fmt, threads. Boost and ConcurrentQueue stay inside.
function(shoal_describe_library target)
  target_compile_features(${target} PUBLIC cxx_std_20)
  target_include_directories(${target} PUBLIC
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
    $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  target_include_directories(${target} SYSTEM PRIVATE ${SHOAL_CONCURRENTQUEUE_INCLUDE_DIR})
  target_link_libraries(${target} PUBLIC fmt::fmt Threads::Threads PRIVATE Boost::context ${CMAKE_DL_LIBS})
  target_link_libraries(${target} PRIVATE $<BUILD_INTERFACE:shoal_own_flags>)
  # The thread-locals must be one load away, in a shared library, too; and a frame larger than a page must not step over a
  # stack's guard.
  target_compile_options(${target} PRIVATE -ftls-model=initial-exec
    $<$<BOOL:${SHOAL_HAS_STACK_CLASH_PROTECTION}>:-fstack-clash-protection>)
  set_target_properties(${target} PROPERTIES
    CXX_EXTENSIONS OFF
    CXX_VISIBILITY_PRESET hidden
    VISIBILITY_INLINES_HIDDEN ON
    POSITION_INDEPENDENT_CODE ON)
endfunction()

shoal_describe_library(shoal)
set_target_properties(shoal PROPERTIES
  VERSION ${PROJECT_VERSION}
  SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
