/* The version of libpixazo, written here and nowhere else: CMake, pkg-config and the header read this file. */
#ifndef PIXAZO_VERSION_H_
#define PIXAZO_VERSION_H_

#define PZ_VERSION_MAJOR 1
#define PZ_VERSION_MINOR 0
#define PZ_VERSION_PATCH 0

#endif /* PIXAZO_VERSION_H_ */
