#include <shoal/fiber/fiber.hpp>

namespace shoal::detail {

void fiber::start(const stack& on, const control_words& control) noexcept {
  notes_.begin(on);
  context_.store(first_place<&fiber::enter>(on.top, on.bytes(), control), sync::relaxed);
  exceptions_ = {};
}

void fiber::enter(void* on) noexcept {
  carrier& here = arrive(on);
  here.running_->main(here);
  assertion_failed("a fiber's main never returns", __FILE__, __LINE__);
}

void fiber::end(carrier& here) noexcept {
  here.departed_ = this;
  *here.exceptions_ = {};
  notes_.leave_for_ever(here.notes_);
  jump(context_, here.context_.load(sync::relaxed), nullptr);
  assertion_failed("an ended fiber is never run again", __FILE__, __LINE__);
}

void fiber::end_to(carrier& here, fiber& next) noexcept {
  here.departed_ = this;
  here.running_ = &next;
  *here.exceptions_ = next.exceptions_;
  notes_.leave_for_ever(next.notes_);
  jump(context_, next.context_.load(sync::relaxed), &here);
  assertion_failed("an ended fiber is never run again", __FILE__, __LINE__);
}

void fiber::reset() noexcept {
  context_.store(nullptr, sync::relaxed);
  notes_.forget();
}

}  // namespace shoal::detail
