# Pinned versions of what shoal needs, built along with it.
include(FetchContent)
set(BUILD_TESTING OFF)

FetchContent_Declare(fmt
  GIT_REPOSITORY https://github.com/fmtlib/fmt.git
  GIT_TAG 9.1.0)
FetchContent_Declare(concurrentqueue
  GIT_REPOSITORY https://github.com/cameron314/concurrentqueue.git
  GIT_TAG v1.0.4)
set(BOOST_INCLUDE_LIBRARIES context)
FetchContent_Declare(Boost
  URL https://github.com/boostorg/boost/releases/download/boost-1.84.0/boost-1.84.0.tar.xz
  URL_HASH SHA256=2e64e5d79a738d0fa6fb546c6e5c2bd28f88d268a2a080546f74e5ff98f29d0e)

if(NOT TARGET Threads::Threads)
  find_package(Threads REQUIRED)
  set_target_properties(Threads::Threads PROPERTIES IMPORTED_GLOBAL TRUE)  # Linked from folders outside this one, too.
endif()
FetchContent_MakeAvailable(fmt concurrentqueue Boost)
set(SHOAL_CONCURRENTQUEUE_INCLUDE_DIR ${concurrentqueue_SOURCE_DIR})

# Their headers are theirs: no warnings from them.
foreach(fetched IN ITEMS fmt boost_context)
  if(TARGET ${fetched})
    get_target_property(folders ${fetched} INTERFACE_INCLUDE_DIRECTORIES)
    set_target_properties(${fetched} PROPERTIES INTERFACE_SYSTEM_INCLUDE_DIRECTORIES "${folders}")
  endif()
endforeach()
