// tests/model/relacy_sync.hpp — the words of base/sync over Relacy's memory. Named by SHOAL_SYNC_MODEL, included by base/sync.
//
// Relacy (Dmitry Vyukov) runs the threads of a test on fibers, makes every atomic operation a place where another may go on,
// and lets a load return any value the C++ memory model allows it. It knows release sequences, fences and races on rl::var.
//
// A mutant makes the orders of one function weaker, as if somebody had written them so: the test must then find a fault.
#ifndef SHOAL_TESTS_MODEL_RELACY_SYNC_HPP
#define SHOAL_TESTS_MODEL_RELACY_SYNC_HPP

// Whatever of the standard library the headers use comes first: Relacy redefines words like `new`.
#include <algorithm>
#include <array>
#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <iostream>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <source_location>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#pragma GCC system_header
#include <relacy/relacy.hpp>
#undef new
#undef delete
#undef malloc
#undef calloc
#undef realloc
#undef free
#undef assert
#undef errno
#undef memory_order_relaxed
#undef memory_order_consume
#undef memory_order_acquire
#undef memory_order_release
#undef memory_order_acq_rel
#undef memory_order_seq_cst

namespace shoal::sync {

/// Which orders to weaken: all of `kind` in functions whose name contains `function`. An empty name: none.
struct weakening {
  std::string_view function;
  enum { no_release, no_acquire, no_total_order, no_fence } kind = no_release;
};
inline weakening planted;

namespace model {

using where = std::source_location;

inline rl::debug_info info(const where& at) { return rl::debug_info(at.function_name(), at.file_name(), at.line()); }

inline bool is_planted_in(const where& at) {
  return !planted.function.empty() && std::string_view(at.function_name()).find(planted.function) != std::string_view::npos;
}

inline rl::memory_order order(rl::memory_order wanted, const where& at, bool reads, bool writes) {
  if (!is_planted_in(at)) return wanted;
  switch (planted.kind) {
    case weakening::no_release:
      if (wanted == rl::mo_release) return rl::mo_relaxed;
      if (wanted == rl::mo_acq_rel) return rl::mo_acquire;
      return wanted;
    case weakening::no_acquire:
      if (wanted == rl::mo_acquire) return rl::mo_relaxed;
      if (wanted == rl::mo_acq_rel) return rl::mo_release;
      return wanted;
    case weakening::no_total_order:
      if (wanted != rl::mo_seq_cst) return wanted;
      return reads && writes ? rl::mo_acq_rel : reads ? rl::mo_acquire : rl::mo_release;
    case weakening::no_fence: return wanted;
  }
  return wanted;
}

}  // namespace model

using memory_order = rl::memory_order;
inline constexpr memory_order relaxed = rl::mo_relaxed;
inline constexpr memory_order acquire = rl::mo_acquire;
inline constexpr memory_order release = rl::mo_release;
inline constexpr memory_order acq_rel = rl::mo_acq_rel;
inline constexpr memory_order seq_cst = rl::mo_seq_cst;

template <class T>
class atomic {
 public:
  atomic() : memory_(T{}) {}
  atomic(T value) : memory_(value) {}  // NOLINT: as std::atomic.
  atomic(const atomic&) = delete;
  atomic& operator=(const atomic&) = delete;

  T load(memory_order o = seq_cst, model::where at = model::where::current()) const {
    return memory_.load(model::order(o, at, true, false), model::info(at));
  }
  void store(T value, memory_order o = seq_cst, model::where at = model::where::current()) {
    memory_.store(value, model::order(o, at, false, true), model::info(at));
  }
  T exchange(T value, memory_order o = seq_cst, model::where at = model::where::current()) {
    return memory_.exchange(value, model::order(o, at, true, true), model::info(at));
  }
  T fetch_add(T value, memory_order o = seq_cst, model::where at = model::where::current()) {
    return memory_.fetch_add(value, model::order(o, at, true, true), model::info(at));
  }
  T fetch_sub(T value, memory_order o = seq_cst, model::where at = model::where::current()) {
    return memory_.fetch_sub(value, model::order(o, at, true, true), model::info(at));
  }
  T fetch_or(T value, memory_order o = seq_cst, model::where at = model::where::current()) {
    return memory_.fetch_or(value, model::order(o, at, true, true), model::info(at));
  }
  T fetch_and(T value, memory_order o = seq_cst, model::where at = model::where::current()) {
    return memory_.fetch_and(value, model::order(o, at, true, true), model::info(at));
  }
  bool compare_exchange_weak(T& expected, T value, memory_order o, memory_order on_failure,
                             model::where at = model::where::current()) {
    return exchange_if(rl::bool_t<true>(), expected, value, o, on_failure, at);
  }
  bool compare_exchange_strong(T& expected, T value, memory_order o, memory_order on_failure,
                               model::where at = model::where::current()) {
    return exchange_if(rl::bool_t<false>(), expected, value, o, on_failure, at);
  }

 private:
  template <class Weak>
  bool exchange_if(Weak weak, T& expected, T value, memory_order o, memory_order on_failure, const model::where& at) {
    const memory_order success = model::order(o, at, true, true);
    memory_order failure = model::order(on_failure, at, true, false);
    if (failure == acquire && (success == release || success == relaxed)) failure = relaxed;  // Relacy allows no stronger one.
    return memory_.compare_exchange(weak, expected, value, success, failure, model::info(at));
  }

  rl::atomic<T> memory_;
};

inline void store_load_fence(atomic<int>&, model::where at = model::where::current()) {
  if (model::is_planted_in(at) && planted.kind == weakening::no_fence) return;
  rl::atomic_thread_fence(rl::mo_seq_cst, model::info(at));
}

inline void pause(model::where at = model::where::current()) { rl::yield(1, model::info(at)); }

/// Plain memory under the model's eye: a race on it is a fault.
template <class T>
class plain {
 public:
  plain() : memory_(T{}) {}
  plain& operator=(T value) {
    memory_(RL_INFO).store(value);
    return *this;
  }
  operator T() const { return memory_(RL_INFO).load(); }  // NOLINT: it stands in for a T.
  void set(T value) { memory_(RL_INFO).store(value); }
  [[nodiscard]] T get() const { return memory_(RL_INFO).load(); }

 private:
  rl::var<T> memory_;
};

}  // namespace shoal::sync

#endif
