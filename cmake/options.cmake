# What can be chosen. Tests, benches, examples and install rules are there by default only when shoal is the project, not a part
# of one.
if(PROJECT_IS_TOP_LEVEL)
  option(BUILD_SHARED_LIBS "Build shoal as a shared library" OFF)
endif()
option(SHOAL_BUILD_TESTS "Build the tests" ${PROJECT_IS_TOP_LEVEL})
option(SHOAL_BUILD_EXAMPLES "Build the examples" ${PROJECT_IS_TOP_LEVEL})
option(SHOAL_BUILD_BENCH "Build the benches; those of single parts need Google Benchmark, and are left out without it"
       ${PROJECT_IS_TOP_LEVEL})
option(SHOAL_INSTALL "Make install rules for shoal" ${PROJECT_IS_TOP_LEVEL})
option(SHOAL_FETCH_DEPS "Fetch pinned versions of what shoal needs instead of looking for installed ones" OFF)
option(SHOAL_WARNINGS "Compile shoal itself with many warnings, as errors" ${PROJECT_IS_TOP_LEVEL})
option(SHOAL_CHECKED "Keep the checks of shoal's own rules in release builds" OFF)

if(PROJECT_IS_TOP_LEVEL AND NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Debug, Release, RelWithDebInfo or MinSizeRel" FORCE)
endif()

# g++ 12 is the first with what shoal uses of C++20; clang 16 the first that has std::source_location with GNU's library.
if((CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 12) OR
   (CMAKE_CXX_COMPILER_ID STREQUAL "Clang" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 16))
  message(FATAL_ERROR "shoal needs g++ 12 or clang 16, or newer; this is ${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION}. "
                      "Choose another with -DCMAKE_CXX_COMPILER=...")
endif()

# Flags for shoal's own targets; users' targets get none of them.
add_library(shoal_own_flags INTERFACE)
if(SHOAL_WARNINGS)
  target_compile_options(shoal_own_flags INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_FLAGS MATCHES "-fsanitize")
    # Under sanitizers g++ sees uninitialised variables where there are none, in the standard library's regex for one.
    target_compile_options(shoal_own_flags INTERFACE -Wno-maybe-uninitialized)
  endif()
endif()
if(SHOAL_CHECKED)
  target_compile_definitions(shoal_own_flags INTERFACE SHOAL_CHECKED)
endif()
