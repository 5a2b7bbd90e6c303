#include <shoal/process/exit_reason.hpp>

#include <cxxabi.h>

#include <exception>
#include <typeinfo>

#include <shoal/process/detail/throw_trace.hpp>
#include <shoal/process/misuse.hpp>

namespace shoal {
namespace {

std::string type_of_current_exception() {
  const std::type_info* type = abi::__cxa_current_exception_type();
  return type != nullptr ? detail::readable(type->name()) : "unknown";
}

}  // namespace

bool exit_reason::operator==(const exit_reason& other) const {
  if (kind_ != other.kind_ || (value_ == nullptr) != (other.value_ == nullptr)) return false;
  if (value_ == other.value_) return true;
  const detail::message_type& mine = value_->type();
  const detail::message_type& theirs = other.value_->type();
  const bool same_type = &mine == &theirs || (!mine.local && !theirs.local && mine.hash == theirs.hash &&
                                              detail::same_type_elsewhere(mine, theirs));
  return same_type && value_->equals(other.value_->address());
}

std::string exit_reason::what() const {
  switch (kind_) {
    case kind::normal: return "normal";
    case kind::shutdown: return value_ == nullptr ? "shutdown" : "shutdown: " + value_->text();
    case kind::kill: return "kill";
    case kind::killed: return "killed";
    case kind::noproc: return "noproc";
    case kind::noconnection: return "noconnection";
    case kind::timeout: return "timeout";
    case kind::ignore: return "ignore";
    case kind::stack_overflow: return "stack_overflow";
    case kind::value: return value_->text();
    case kind::error: return static_cast<const detail::uncaught_error*>(value_->address())->what;
  }
  return {};
}

std::string exit_reason::type_name() const {
  if (value_ == nullptr) return {};
  if (is_error()) return static_cast<const detail::uncaught_error*>(value_->address())->type_name;
  return std::string(value_->type().name);
}

std::string exit_reason::trace() const {
  if (!is_error()) return {};
  return detail::readable_trace(static_cast<const detail::uncaught_error*>(value_->address())->calls);
}

void exit_reason::drop() noexcept {
  if (value_->owners.fetch_sub(1, sync::acq_rel) == 1) delete value_;
}

namespace detail {

exit_reason exit_reason_access::error(std::string what, std::string type_name) {
  return exit_reason(exit_reason::kind::error, uncaught_error{std::move(what), std::move(type_name), {}});
}

exit_reason exit_reason_access::of_current_exception(std::vector<void*>&& calls) noexcept {
  const auto thrown = [&calls](std::string what, std::string type_name) {
    return exit_reason(exit_reason::kind::error, uncaught_error{std::move(what), std::move(type_name), std::move(calls)});
  };
  try {
    try {
      throw;
    } catch (const exited& carried) {
      return carried.reason;
    } catch (const std::string& text) {
      return thrown(text, "std::string");
    } catch (const char* text) {
      return thrown(text != nullptr ? text : "", "const char*");
    } catch (const std::exception& caught) {
      const char* const text = caught.what();  // What an exception may not do, but does.
      return thrown(text != nullptr ? text : "", type_of_current_exception());
    } catch (...) {
      const std::string type = type_of_current_exception();
      return thrown("an exception of type " + type, type);
    }
  } catch (...) {
    return exit_reason::killed;  // No memory even for the reason.
  }
}

bool same_type_elsewhere(const message_type& a, const message_type& b) {
  if (a.local || b.local) return false;
  if (a.name == b.name) return *a.info == *b.info;
  throw misuse("shoal: two message types have the same hash: " + std::string(a.name) + " and " + std::string(b.name) +
               ". Rename one of them.");
}

}  // namespace detail
}  // namespace shoal
