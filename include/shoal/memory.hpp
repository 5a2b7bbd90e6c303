// include/shoal/memory.hpp — floor 1: memory from the system and pools over it.
#ifndef SHOAL_MEMORY_HPP
#define SHOAL_MEMORY_HPP

#include <shoal/base.hpp>

#include <shoal/memory/page_slab.hpp>
#include <shoal/memory/pool.hpp>

#endif
