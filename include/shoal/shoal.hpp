// include/shoal/shoal.hpp — everything a program needs, except the simulator.
#ifndef SHOAL_SHOAL_HPP
#define SHOAL_SHOAL_HPP

#include <shoal/process.hpp>

#endif
