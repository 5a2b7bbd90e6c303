#include <shoal/fiber/fiber.hpp>

namespace shoal::detail {

namespace context = boost::context::detail;

void fiber::start(const stack& on) noexcept {
  notes_.begin(on);
  other_side_ = context::make_fcontext(on.top, on.bytes(), &fiber::enter);
  exceptions_ = {};
}

void fiber::enter(context::transfer_t from) noexcept {
  fiber& self = *static_cast<fiber*>(from.data);
  self.other_side_ = from.fctx;
  self.notes_.enter_fiber();
  self.main();
  assertion_failed("a fiber's main never returns", __FILE__, __LINE__);
}

void fiber::end() noexcept {
  notes_.leave_for_ever();
  context::jump_fcontext(other_side_, nullptr);
  assertion_failed("an ended fiber is never run again", __FILE__, __LINE__);
}

void fiber::reset() noexcept {
  other_side_ = nullptr;
  notes_.forget();
}

}  // namespace shoal::detail
