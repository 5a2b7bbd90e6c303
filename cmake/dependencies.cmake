# Boost.Context, moodycamel's ConcurrentQueue, fmt and threads: found where they are installed, or fetched on request.
if(SHOAL_FETCH_DEPS)
  include(${CMAKE_CURRENT_LIST_DIR}/fetch.cmake)
  return()
endif()

# Stops with one text that names what is missing and how to get it.
function(shoal_require package found debian vcpkg brew)
  if(NOT ${found})
    message(FATAL_ERROR
      "shoal needs ${package}, which was not found. Install it:\n"
      "  Debian, Ubuntu:  apt install ${debian}\n"
      "  vcpkg:           vcpkg install ${vcpkg}\n"
      "  Homebrew:        brew install ${brew}\n"
      "or configure with -DSHOAL_FETCH_DEPS=ON to have pinned versions fetched.")
  endif()
endfunction()

# A target found here is known in this folder only. As part of another project, shoal::shoal is linked from folders outside,
# which must know what it needs. What the other project has found itself is its own business.
set(shoal_needs Threads::Threads Boost::boost Boost::headers Boost::context fmt::fmt)
set(shoal_finds)
foreach(needed IN LISTS shoal_needs)
  if(NOT TARGET ${needed})
    list(APPEND shoal_finds ${needed})
  endif()
endforeach()

set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)

if(POLICY CMP0167)
  cmake_policy(SET CMP0167 NEW)
endif()
find_package(Boost 1.74 QUIET COMPONENTS context)
shoal_require("Boost.Context 1.74 or newer" Boost_FOUND libboost-context-dev boost-context boost)

find_package(fmt 9 QUIET)
shoal_require("fmt 9 or newer" fmt_FOUND libfmt-dev fmt fmt)

foreach(found IN LISTS shoal_finds)
  if(TARGET ${found})
    set_target_properties(${found} PROPERTIES IMPORTED_GLOBAL TRUE)
  endif()
endforeach()

find_package(concurrentqueue QUIET CONFIG)
if(TARGET concurrentqueue::concurrentqueue)
  get_target_property(SHOAL_CONCURRENTQUEUE_DIRS concurrentqueue::concurrentqueue INTERFACE_INCLUDE_DIRECTORIES)
else()
  set(SHOAL_CONCURRENTQUEUE_DIRS "")
endif()
find_path(SHOAL_CONCURRENTQUEUE_INCLUDE_DIR NAMES concurrentqueue.h
          HINTS ${SHOAL_CONCURRENTQUEUE_DIRS}
          PATH_SUFFIXES concurrentqueue concurrentqueue/moodycamel moodycamel)
mark_as_advanced(SHOAL_CONCURRENTQUEUE_INCLUDE_DIR)
shoal_require("moodycamel's ConcurrentQueue" SHOAL_CONCURRENTQUEUE_INCLUDE_DIR
              libconcurrentqueue-dev concurrentqueue concurrentqueue)
