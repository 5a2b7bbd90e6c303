// tests/support/gauge.hpp — counts what is alive, from whatever thread it comes and goes.
#ifndef SHOAL_TESTS_SUPPORT_GAUGE_HPP
#define SHOAL_TESTS_SUPPORT_GAUGE_HPP

#include <memory>
#include <utility>

#include <shoal/base.hpp>

namespace shoal::test {

/// Hands out tokens and knows how many there are. Copies share the count.
class gauge {
 public:
  class token {
   public:
    explicit token(std::shared_ptr<sync::atomic<int>> count) : count_(std::move(count)) { ++*count_; }
    token(token&& other) noexcept : count_(std::move(other.count_)) {}
    token(const token& other) : count_(other.count_) { ++*count_; }
    token& operator=(const token&) = delete;
    ~token() {
      if (count_ != nullptr) --*count_;
    }

   private:
    std::shared_ptr<sync::atomic<int>> count_;
  };

  [[nodiscard]] token take() const { return token(count_); }
  [[nodiscard]] int alive() const { return *count_; }

 private:
  std::shared_ptr<sync::atomic<int>> count_ = std::make_shared<sync::atomic<int>>(0);
};

}  // namespace shoal::test

#endif
