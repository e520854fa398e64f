#include <pixazo.hpp>
