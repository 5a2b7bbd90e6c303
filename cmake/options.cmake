# What can be chosen. Tests, benches and examples are built by default only when shoal is the project, not a part of one.
option(SHOAL_BUILD_TESTS "Build the tests" ${PROJECT_IS_TOP_LEVEL})
option(SHOAL_BUILD_BENCH "Build the benches" OFF)
option(SHOAL_BUILD_EXAMPLES "Build the examples" ${PROJECT_IS_TOP_LEVEL})
option(SHOAL_FETCH_DEPS "Fetch pinned versions of what shoal needs instead of looking for installed ones" OFF)
option(SHOAL_WARNINGS "Compile shoal itself with many warnings, as errors" ${PROJECT_IS_TOP_LEVEL})
option(SHOAL_CHECKED "Keep the checks of shoal's own rules in release builds" OFF)

if(PROJECT_IS_TOP_LEVEL AND NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Debug, Release, RelWithDebInfo or MinSizeRel" FORCE)
endif()

# Flags for shoal's own targets; users' targets get none of them.
add_library(shoal_own_flags INTERFACE)
if(SHOAL_WARNINGS)
  target_compile_options(shoal_own_flags INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror)
endif()
if(SHOAL_CHECKED)
  target_compile_definitions(shoal_own_flags INTERFACE SHOAL_CHECKED)
endif()
