#include <shoal/fiber/forced_unwind.hpp>

#include <cxxabi.h>
#include <unwind.h>

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <mutex>
#include <typeinfo>

#include <shoal/fiber/exception_state.hpp>

#if SHOAL_ASAN
#include <sanitizer/asan_interface.h>
#include <sanitizer/lsan_interface.h>
#endif

namespace shoal::detail {
namespace {

// The type the exception goes by in a debugger. Nothing can name it in a catch clause.
struct killed_from_outside {};

// In front of the thrown object lies its header, libstdc++'s __cxa_refcounted_exception: first the reference count, padded to
// 16 bytes; then __cxa_exception, to which the list of caught exceptions points; the unwinder's part last.
constexpr std::size_t header_bytes = 128;
constexpr std::size_t count_bytes = 16;

int& references(void* object) noexcept { return *reinterpret_cast<int*>(static_cast<char*>(object) - header_bytes); }

_Unwind_Exception* unwind_header(void* object) noexcept { return static_cast<_Unwind_Exception*>(object) - 1; }

_Unwind_Reason_Code go_on(int, _Unwind_Action actions, _Unwind_Exception_Class, _Unwind_Exception*, _Unwind_Context*, void*) {
  // The outermost frame catches; if the stack ends before it, the frames are not ours and nothing sound can follow.
  if ((actions & _UA_END_OF_STACK) != 0) std::terminate();
  return _URC_NO_REASON;
}

void drop(void* object) noexcept {
  if (__atomic_sub_fetch(&references(object), 1, __ATOMIC_ACQ_REL) == 0) abi::__cxa_free_exception(object);
}

// Who gives its stack up before any handler has seen the exception leaves it behind: nothing leads to it any more.
void* allocate() {
  void* object = abi::__cxa_allocate_exception(sizeof(killed_from_outside));
#if SHOAL_ASAN
  __lsan_ignore_object(object);
#endif
  return object;
}

// The exception whose catch block is running.
_Unwind_Exception* innermost_caught() noexcept {
  return unwind_header(static_cast<char*>(thread_exception_state()->caught) - count_bytes + header_bytes);
}

// Called when a `catch (...)` block was left without rethrowing.
void swallowed(_Unwind_Reason_Code, _Unwind_Exception* header) {
  drop(header + 1);
  // Left by an exception of its own: that one must not be overtaken. The next call into the runtime, or the outermost
  // frame, takes the kill up again.
  if (std::uncaught_exceptions() == 0) force_unwind();
}

// --- Is it the C++ runtime we know? ----------------------------------------------------------------------------------

#if defined(__GLIBCXX__)

bool counts_are_known() {
  const std::exception_ptr one = std::make_exception_ptr(1);
  void* object = nullptr;
  static_assert(sizeof(one) == sizeof(object));
  std::memcpy(&object, static_cast<const void*>(&one), sizeof(object));
  if (references(object) != 1) return false;
  const std::exception_ptr two = one;
  return references(object) == 2;
}

bool headers_are_known() {
  try {
    throw 1;
  } catch (const int& thrown) {
    char* const object = const_cast<char*>(reinterpret_cast<const char*>(&thrown));
    return thread_exception_state()->caught == object - header_bytes + count_bytes &&
           innermost_caught() == unwind_header(object);
  }
}

bool counter_is_known() {
  struct at_unwinding {
    bool& as_expected;
    ~at_unwinding() { as_expected = std::uncaught_exceptions() == 1 && thread_exception_state()->uncaught == 1; }
  };
  bool as_expected = false;
  try {
    const at_unwinding here{as_expected};
    throw 1;
  } catch (int) {
  }
  return as_expected;
}

// One that a handler tries to swallow.
bool an_unwind_works() {
  struct guard {
    int& destroyed;
    ~guard() { ++destroyed; }
  };
  int destroyed = 0;
  int handled = 0;
  int swallowed_by = 0;
  bool done = false;
  try {
    try {
      const guard here{destroyed};
      force_unwind();
    } catch (...) {
      ++handled;
    }
    ++swallowed_by;
  } catch (...) {
    done = forced_unwind_done();
  }
  return done && destroyed == 1 && handled == 1 && swallowed_by == 0 && std::uncaught_exceptions() == 0 &&
         thread_exception_state()->caught == nullptr;
}

#endif

sync::atomic<unwind_scheme> scheme{unwind_scheme::forced};

unwind_refused refused_handler = nullptr;
std::terminate_handler programs_own_handler = nullptr;

[[noreturn]] void terminate_unless_unwinding() {
  refused_handler();
  if (programs_own_handler != nullptr) programs_own_handler();
  std::abort();
}

}  // namespace

unwind_scheme current_unwind_scheme() noexcept { return scheme.load(sync::relaxed); }
void choose_unwind_scheme(unwind_scheme chosen) noexcept { scheme.store(chosen, sync::relaxed); }

bool can_unwind_by_force() noexcept {
#if defined(__GLIBCXX__)
  // In a handler, or while an exception is on its way, only half of it can be tried.
  if (std::uncaught_exceptions() != 0) return counts_are_known();
  return counts_are_known() && headers_are_known() && counter_is_known() &&
         (thread_exception_state()->caught != nullptr || an_unwind_works());
#else
  return false;
#endif
}

void handle_refused_unwinds(unwind_refused handler) {
  static std::once_flag installed;
  std::call_once(installed, [handler] {
    choose_unwind_scheme(can_unwind_by_force() ? unwind_scheme::forced : unwind_scheme::plain);
    refused_handler = handler;
    programs_own_handler = std::set_terminate(&terminate_unless_unwinding);
  });
}

bool can_force_unwind() noexcept { return std::uncaught_exceptions() == 0; }

void force_unwind() {
  static_assert(sizeof(_Unwind_Exception) <= header_bytes);
  void* object = allocate();
  auto* const type = const_cast<std::type_info*>(&typeid(killed_from_outside));
  if (current_unwind_scheme() == unwind_scheme::plain) abi::__cxa_throw(object, type, nullptr);
  abi::__cxa_init_primary_exception(object, type, nullptr);
  references(object) = 1;
  unwind_header(object)->exception_cleanup = &swallowed;
  ++thread_exception_state()->uncaught;
#if SHOAL_ASAN
  __asan_handle_no_return();  // As before a throw: this frame, too, is about to be left.
#endif
  _Unwind_ForcedUnwind(unwind_header(object), &go_on, nullptr);
  std::terminate();  // It returns only when it could not even begin.
}

bool forced_unwind_done() noexcept {
  if (current_unwind_scheme() == unwind_scheme::plain) {
    const std::type_info* const caught = abi::__cxa_current_exception_type();
    return caught != nullptr && *caught == typeid(killed_from_outside);
  }
  if (innermost_caught()->exception_cleanup != &swallowed) return false;
  innermost_caught()->exception_cleanup = [](_Unwind_Reason_Code, _Unwind_Exception* header) { drop(header + 1); };
  return true;
}

void forget_exceptions() noexcept {
  exception_state& state = *thread_exception_state();
  const bool forced = current_unwind_scheme() == unwind_scheme::forced;
  if (forced && state.caught != nullptr && innermost_caught()->exception_cleanup == &swallowed) drop(innermost_caught() + 1);
  state = {};
}

}  // namespace shoal::detail
