// tests/process/local_types.hpp — what local_types_test.cpp and local_types_elsewhere_test.cpp want of each other.
#ifndef SHOAL_TESTS_PROCESS_LOCAL_TYPES_HPP
#define SHOAL_TESTS_PROCESS_LOCAL_TYPES_HPP

#include <shoal/shoal.hpp>

namespace shoal::test {

/// Sends a `secret`: a type of that file's anonymous namespace, holding a text.
void send_secret_of_elsewhere(pid to);
/// Whether that file's `secret` is in the caller's mailbox; takes it out if so.
bool received_secret_of_elsewhere();

/// Sends a `common`, the same type in both files.
void send_common(pid to, int value);
struct common {
  int value;
};

}  // namespace shoal::test

#endif
