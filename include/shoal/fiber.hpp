// include/shoal/fiber.hpp — floor 1: stacks, switching between them, and what must be swapped with them.
#ifndef SHOAL_FIBER_HPP
#define SHOAL_FIBER_HPP

#include <shoal/memory.hpp>

#include <shoal/fiber/exception_state.hpp>
#include <shoal/fiber/fiber.hpp>
#include <shoal/fiber/forced_unwind.hpp>
#include <shoal/fiber/stack.hpp>

#endif
