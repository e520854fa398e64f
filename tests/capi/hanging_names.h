/* Look-ups of names that end in ".hang" do so until they are released. Linking hanging_names.c replaces getaddrinfo for the
 * whole program, libcurl included. */
#ifndef PIXAZO_TESTS_CAPI_HANGING_NAMES_H_
#define PIXAZO_TESTS_CAPI_HANGING_NAMES_H_

int names_hanging(void);
void await_hanging(int at_least);
void release_names(void); /* and waits until they have ended; later ones hang */

#endif
