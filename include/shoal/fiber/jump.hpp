// include/shoal/fiber/jump.hpp — from one stack to another: the instructions, and nothing else.
//
//   saved place → | rbp | rbx | where to go on | control words | 128 bytes the compiler may be using | the stack's frames ...
//
// On x86-64 it is inline assembler that tells the compiler what it overwrites, so no register is saved that nobody needs, and there
// is no call: the processor pairs calls with returns to guess where a `ret` goes, and a call that comes back on another stack spoils
// the guess for every frame above it. Elsewhere it is Boost's jump_fcontext. Both keep the rounding mode and the like (the control
// words of SSE and x87) with the stack, as the ABI demands of a function that returns.
#ifndef SHOAL_FIBER_JUMP_HPP
#define SHOAL_FIBER_JUMP_HPP

#include <cstddef>
#include <cstdint>

#include <shoal/base.hpp>

// jump() is inlined whatever it costs: ThreadSanitizer has been told of the switch by then and must not see another call begin.
#if !SHOAL_OWN_JUMP
#include <boost/context/detail/fcontext.hpp>
#endif

namespace shoal::detail {

using saved_place = sync::atomic<void*>;

#if SHOAL_OWN_JUMP

/// How a flow of control rounds, and which floating-point faults stop it.
struct control_words {
  std::uint32_t sse;
  std::uint16_t x87;

  [[nodiscard]] static control_words current() noexcept {
    control_words now;
    asm volatile("stmxcsr %0" : "=m"(now.sse));
    asm volatile("fnstcw %0" : "=m"(now.x87));
    return now;
  }
};

struct saved_registers {
  void* rbp;
  void* rbx;
  void (*go_on)(void* with);
  control_words control;
};
inline constexpr std::size_t red_zone_bytes = 128;
inline constexpr std::size_t saved_bytes = sizeof(saved_registers) + red_zone_bytes;
static_assert(saved_bytes == 160 && sizeof(saved_place) == 8, "the assembler below counts on it");

/// Saves where this stack is in `from`, goes on at `to`. Returns, when somebody jumps here, what that one passes as `with`.
[[gnu::always_inline]] inline void* jump(saved_place& from, void* to, void* with) noexcept {
  saved_place* save = &from;
  asm volatile(
      // Below what the compiler may be using: from now on an interrupt on this stack spares what is saved.
      "leaq     -160(%%rsp), %%rsp\n\t"
      "movq     %%rbp, (%%rsp)\n\t"  // These two a compiler may need for itself, so it is not told about them.
      "movq     %%rbx, 8(%%rsp)\n\t"
      "leaq     1f(%%rip), %%rcx\n\t"
      "movq     %%rcx, 16(%%rsp)\n\t"
      "stmxcsr  24(%%rsp)\n\t"
      "fnstcw   28(%%rsp)\n\t"
      "movq     %%rsp, (%%rsi)\n\t"
      // Loading control words is slow, and they hardly ever differ. The low six bits of mxcsr are not control.
      "movl     24(%%rsp), %%ecx\n\t"
      "xorl     24(%%rdx), %%ecx\n\t"
      "movzwl   28(%%rsp), %%eax\n\t"
      "xorw     28(%%rdx), %%ax\n\t"
      "andl     $0xffc0, %%ecx\n\t"
      "orl      %%ecx, %%eax\n\t"
      "jne      3f\n"
      "2:\n\t"
      "movq     (%%rdx), %%rbp\n\t"
      "movq     8(%%rdx), %%rbx\n\t"
      "movq     16(%%rdx), %%rcx\n\t"
      "leaq     160(%%rdx), %%rsp\n\t"
      "jmpq     *%%rcx\n"
      "3:\n\t"
      "ldmxcsr  24(%%rdx)\n\t"
      "fldcw    28(%%rdx)\n\t"
      "jmp      2b\n"
      "1:"
      : "+D"(with), "+S"(save), "+d"(to)
      :
      : "rax", "rcx", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5",
        "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15",
#if defined(__AVX512F__)
        "xmm16", "xmm17", "xmm18", "xmm19", "xmm20", "xmm21", "xmm22", "xmm23", "xmm24", "xmm25", "xmm26", "xmm27", "xmm28",
        "xmm29", "xmm30", "xmm31", "k1", "k2", "k3", "k4", "k5", "k6", "k7",
#endif
        "st", "st(1)", "st(2)", "st(3)", "st(4)", "st(5)", "st(6)", "st(7)", "cc", "memory");
  return with;
}

/// A place where somebody who jumps there begins `Enter(with)`, under that control, on the empty stack of that many bytes that ends at
/// `top`.
template <void (*Enter)(void* with) noexcept>
[[nodiscard]] void* first_place(std::byte* top, std::size_t, const control_words& control) noexcept {
  // As if called: the stack is eight bytes off a multiple of 16, and there is a return address. Null ends backtraces.
  auto* const return_address = reinterpret_cast<void**>(reinterpret_cast<std::uintptr_t>(top) & ~std::uintptr_t{15}) - 1;
  *return_address = nullptr;
  auto* const saved = reinterpret_cast<saved_registers*>(reinterpret_cast<std::byte*>(return_address) - saved_bytes);
  *saved = {.rbp = nullptr, .rbx = nullptr, .go_on = Enter, .control = control};
  return saved;
}

#else

/// A fresh stack has those of whoever makes it.
struct control_words {
  [[nodiscard]] static control_words current() noexcept { return {}; }
};

struct jump_parcel {
  saved_place* from;
  void* with;
};

inline void* accept_jump(boost::context::detail::transfer_t came) noexcept {
  const jump_parcel& parcel = *static_cast<const jump_parcel*>(came.data);  // On the other stack, which has not moved since.
  parcel.from->store(came.fctx, sync::relaxed);
  return parcel.with;
}

[[gnu::always_inline]] inline void* jump(saved_place& from, void* to, void* with) noexcept {
  jump_parcel parcel{&from, with};
  return accept_jump(boost::context::detail::jump_fcontext(to, &parcel));
}

template <void (*Enter)(void* with) noexcept>
[[nodiscard]] void* first_place(std::byte* top, std::size_t bytes, const control_words&) noexcept {
  return boost::context::detail::make_fcontext(top, bytes,
                                               [](boost::context::detail::transfer_t came) { Enter(accept_jump(came)); });
}

#endif

}  // namespace shoal::detail

#endif
