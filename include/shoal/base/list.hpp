// include/shoal/base/list.hpp — intrusive lists: the links live in the elements, so nothing is allocated.
#ifndef SHOAL_BASE_LIST_HPP
#define SHOAL_BASE_LIST_HPP

#include <cstddef>

namespace shoal::detail {

/// A first-in first-out chain of elements linked by their member `next`. It does not own them.
template <class T>
class fifo {
 public:
  [[nodiscard]] bool empty() const noexcept { return first_ == nullptr; }
  [[nodiscard]] T* front() const noexcept { return first_; }

  void push_back(T& element) noexcept {
    element.next = nullptr;
    *(last_ == nullptr ? &first_ : &last_->next) = &element;
    last_ = &element;
  }

  [[nodiscard]] T* pop_front() noexcept {
    T* taken = first_;
    if (taken != nullptr) {
      first_ = taken->next;
      if (first_ == nullptr) last_ = nullptr;
    }
    return taken;
  }

  /// Moves all of `other` to the end of this one.
  void append(fifo& other) noexcept {
    if (other.empty()) return;
    *(last_ == nullptr ? &first_ : &last_->next) = other.first_;
    last_ = other.last_;
    other = fifo{};
  }

 private:
  T* first_ = nullptr;
  T* last_ = nullptr;
};

}  // namespace shoal::detail

#endif
