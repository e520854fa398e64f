# What `cmake --install` puts where. Components: `runtime` (the shared library) and `devel` (everything to build against
# it), and `sandbox` (the program pz-sandbox) where it is built. Everything installed is relocatable.
include(CMakePackageConfigHelpers)

install(TARGETS pixazo EXPORT pixazoTargets
  RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT runtime
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT runtime NAMELINK_COMPONENT devel)
install(FILES ${PROJECT_SOURCE_DIR}/include/pixazo/pixazo.h ${PROJECT_SOURCE_DIR}/include/pixazo/version.h
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/pixazo COMPONENT devel)
if(TARGET pz-sandbox)
  install(TARGETS pz-sandbox RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT sandbox)
endif()

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/pixazo)
install(EXPORT pixazoTargets NAMESPACE pixazo:: DESTINATION ${package_dir} COMPONENT devel)
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/pixazoConfig.cmake.in ${PROJECT_BINARY_DIR}/pkgconfig/pixazoConfig.cmake
  INSTALL_DESTINATION ${package_dir} NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/pkgconfig/pixazoConfigVersion.cmake COMPATIBILITY SameMajorVersion)
install(FILES ${PROJECT_BINARY_DIR}/pkgconfig/pixazoConfig.cmake ${PROJECT_BINARY_DIR}/pkgconfig/pixazoConfigVersion.cmake
  DESTINATION ${package_dir} COMPONENT devel)

# pixazo.pc finds its prefix from where it lies itself.
set(pc_dir ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
if(IS_ABSOLUTE ${CMAKE_INSTALL_LIBDIR} OR IS_ABSOLUTE ${CMAKE_INSTALL_INCLUDEDIR})
  set(pc_prefix ${CMAKE_INSTALL_PREFIX})
  set(pc_libdir ${CMAKE_INSTALL_FULL_LIBDIR})
  set(pc_includedir ${CMAKE_INSTALL_FULL_INCLUDEDIR})
else()
  file(RELATIVE_PATH up /prefix/${pc_dir} /prefix)
  string(REGEX REPLACE "/$" "" up ${up})
  set(pc_prefix "\${pcfiledir}/${up}")
  set(pc_libdir "\${prefix}/${CMAKE_INSTALL_LIBDIR}")
  set(pc_includedir "\${prefix}/${CMAKE_INSTALL_INCLUDEDIR}")
endif()
configure_file(${CMAKE_CURRENT_LIST_DIR}/pixazo.pc.in ${PROJECT_BINARY_DIR}/pkgconfig/pixazo.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/pkgconfig/pixazo.pc DESTINATION ${pc_dir} COMPONENT devel)
