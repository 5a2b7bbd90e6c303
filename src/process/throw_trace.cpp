#include <shoal/process/detail/throw_trace.hpp>

#include <cxxabi.h>
#include <dlfcn.h>
#include <fmt/format.h>
#include <unwind.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <memory>
#include <new>
#include <string_view>
#include <typeinfo>

#include <shoal/process/exit_reason.hpp>
#include <shoal/sched.hpp>

namespace shoal::detail {

#if defined(__GLIBCXX__)
// Where the compiler looks for the type_info of trace_probe. Filled before the first process runs: a constructor of a static object
// could come too late.
[[gnu::visibility("hidden")]] extern std::byte probe_storage[] asm("_ZTIN5shoal6detail11trace_probeE");
alignas(std::type_info) std::byte probe_storage[sizeof(std::type_info)];
#else  // A type_info cannot be asked there. There must be one all the same.
void trace_probe::key_function() {}
#endif

namespace {

void (*when_uncaught)() noexcept = nullptr;

#if defined(__GLIBCXX__)

class probe_type final : public std::type_info {
 public:
  probe_type() : std::type_info("shoal::detail::trace_probe") {}

 private:
  bool __do_catch(const std::type_info* thrown, void**, unsigned) const override {
    if (when_uncaught != nullptr && *thrown != typeid(exited) && *thrown != typeid(abi::__forced_unwind)) when_uncaught();
    return false;
  }
};

static_assert(sizeof(probe_type) == sizeof(std::type_info));

void make_probe() noexcept { ::new (static_cast<void*>(probe_storage)) probe_type; }

#else

void make_probe() noexcept {}

#endif

_Unwind_Reason_Code note_call(_Unwind_Context* frame, void* into) {
  constexpr std::size_t most = 48;
  auto& calls = *static_cast<std::vector<void*>*>(into);
  const _Unwind_Ptr return_address = _Unwind_GetIP(frame);
  if (calls.size() == most || return_address == 0) return _URC_END_OF_STACK;
  calls.push_back(reinterpret_cast<void*>(return_address));  // There is room.
  return _URC_NO_REASON;
}

bool throws(const char* function) {
  if (function == nullptr) return false;
  const std::string_view name(function);
  return name == "__cxa_throw" || name == "__cxa_rethrow" || name.starts_with("_ZSt17rethrow_exception");
}

// The call lies before the return address.
bool find(void* return_address, Dl_info& into) { return ::dladdr(static_cast<char*>(return_address) - 1, &into) != 0; }

// How many of the innermost calls belong to the throw.
std::size_t calls_of_throw(const std::vector<void*>& calls) {
  std::size_t belong = 0;
  for (std::size_t i = 0; i < calls.size(); ++i)
    if (Dl_info at{}; find(calls[i], at) && throws(at.dli_sname)) belong = i + 1;
  return belong;
}

}  // namespace

void handle_uncaught_throws(void (*handler)() noexcept) noexcept {
  static const bool once = [handler] {
    when_uncaught = handler;
    make_probe();
    return true;
  }();
  static_cast<void>(once);
}

std::vector<void*> calls_in_progress() {
  std::vector<void*> calls;
  calls.reserve(48);
  _Unwind_Backtrace(&note_call, &calls);
  return calls;
}

// The demangler keeps all of a name on the stack: measured, 6.5 KiB and 125 bytes for each character.
static bool fits_on_stack(std::size_t length) {
  const char here = 0;
  worker* const on = current_worker();
  if (on == nullptr || on->current() == nullptr) return true;
  return 10 * 1024 + 160 * length < on->current()->room_below(&here);
}

std::string readable(const char* mangled) {
  if (!fits_on_stack(std::strlen(mangled))) return mangled;
  int status = 0;
  const std::unique_ptr<char, void (*)(void*)> name(abi::__cxa_demangle(mangled, nullptr, nullptr, &status), &std::free);
  return status == 0 ? name.get() : mangled;
}

std::string readable_trace(const std::vector<void*>& calls) {
  std::string text;
  const std::size_t first = calls_of_throw(calls);
  for (std::size_t i = first; i < calls.size(); ++i) {
    Dl_info at{};
    const auto address = reinterpret_cast<std::uintptr_t>(calls[i]);
    const auto out = std::back_inserter(text);
    if (!find(calls[i], at)) {
      fmt::format_to(out, "#{} {:#x}\n", i - first, address);
      continue;
    }
    const std::uintptr_t in_module = address - reinterpret_cast<std::uintptr_t>(at.dli_fbase);
    fmt::format_to(out, "#{} {} ({}+{:#x})\n", i - first, at.dli_sname != nullptr ? readable(at.dli_sname) : "?", at.dli_fname,
                   in_module);
  }
  return text;
}

}  // namespace shoal::detail
