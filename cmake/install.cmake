# cmake --install: headers, library, find_package and pkg-config files. All of it may be moved elsewhere as a whole.
include(CMakePackageConfigHelpers)
set(SHOAL_CMAKE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/shoal)

install(TARGETS shoal EXPORT shoal-targets
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
  RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/shoal DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(EXPORT shoal-targets NAMESPACE shoal:: DESTINATION ${SHOAL_CMAKE_DIR})

# A static library cannot name what it needs; whoever links it must find that, too.
get_target_property(shoal_type shoal TYPE)
if(shoal_type STREQUAL "STATIC_LIBRARY")
  set(SHOAL_IS_STATIC ON)
  set(SHOAL_PC_LIBS " -lboost_context")
else()
  set(SHOAL_IS_STATIC OFF)
  set(SHOAL_PC_LIBS "")
endif()

configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/shoal-config.cmake.in
  ${PROJECT_BINARY_DIR}/shoal-config.cmake INSTALL_DESTINATION ${SHOAL_CMAKE_DIR})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/shoal-config-version.cmake
  VERSION ${PROJECT_VERSION} COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/shoal-config.cmake ${PROJECT_BINARY_DIR}/shoal-config-version.cmake
  DESTINATION ${SHOAL_CMAKE_DIR})

# The pkg-config file finds its neighbours from where it lies, unless somebody chose absolute folders.
set(SHOAL_PC_DIR ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
if(IS_ABSOLUTE ${CMAKE_INSTALL_LIBDIR} OR IS_ABSOLUTE ${CMAKE_INSTALL_INCLUDEDIR})
  set(SHOAL_PC_PREFIX ${CMAKE_INSTALL_PREFIX})
  set(SHOAL_PC_LIBDIR ${CMAKE_INSTALL_FULL_LIBDIR})
  set(SHOAL_PC_INCLUDEDIR ${CMAKE_INSTALL_FULL_INCLUDEDIR})
else()
  file(RELATIVE_PATH up "/prefix/${SHOAL_PC_DIR}" "/prefix")
  set(SHOAL_PC_PREFIX "\${pcfiledir}/${up}")
  set(SHOAL_PC_LIBDIR "\${prefix}/${CMAKE_INSTALL_LIBDIR}")
  set(SHOAL_PC_INCLUDEDIR "\${prefix}/${CMAKE_INSTALL_INCLUDEDIR}")
endif()
configure_file(${PROJECT_SOURCE_DIR}/cmake/shoal.pc.in ${PROJECT_BINARY_DIR}/shoal.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/shoal.pc DESTINATION ${SHOAL_PC_DIR})
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
