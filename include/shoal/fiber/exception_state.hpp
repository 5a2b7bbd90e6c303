// include/shoal/fiber/exception_state.hpp — the C++ runtime's notes about exceptions in flight, swapped with the stack.
//
// The C++ runtime keeps two words per thread: the exceptions being handled (a list through the catch blocks) and how many are
// uncaught. They belong to the code on the stack, so they move with it: a process suspended in a catch block and resumed on
// another thread must find its own. <cxxabi.h> declares the accessor `const`, which lets compilers keep one thread's address
// across a switch; hence the own declaration.
#ifndef SHOAL_FIBER_EXCEPTION_STATE_HPP
#define SHOAL_FIBER_EXCEPTION_STATE_HPP

namespace shoal::detail {

struct exception_state {
  void* caught = nullptr;
  unsigned int uncaught = 0;
};

/// This thread's. Fixed for the life of the thread; never keep it across a switch.
exception_state* thread_exception_state() noexcept __asm__("__cxa_get_globals");

}  // namespace shoal::detail

#endif
