// include/shoal/memory.hpp — floor 1: memory from the system, pools over it, and when it may be freed.
#ifndef SHOAL_MEMORY_HPP
#define SHOAL_MEMORY_HPP

#include <shoal/base.hpp>

#include <shoal/memory/grace.hpp>
#include <shoal/memory/page_slab.hpp>
#include <shoal/memory/pool.hpp>

#endif
