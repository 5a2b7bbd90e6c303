// The other file of local_types_test.cpp: it has types of the same names.
#include <string>

#include "process/local_types.hpp"

namespace shoal::test {
namespace {

struct secret {
  std::string text;
};

}  // namespace

void send_secret_of_elsewhere(pid to) { send(to, secret{"elsewhere"}); }

bool received_secret_of_elsewhere() {
  return receive([](const secret& s) { return s.text == "elsewhere"; }, after(std::chrono::seconds(0), [] { return false; }));
}

void send_common(pid to, int value) { send(to, common{value}); }

}  // namespace shoal::test
