// process_local, and conformance 200: the process dictionary is private.
#include <memory>
#include <string>
#include <vector>

#include "support/gauge.hpp"
#include "support/in_process.hpp"
#include "support/test.hpp"

using namespace shoal;
using namespace shoal::test;

namespace {

process_local<int> counter{7};

struct notice {
  std::string text;
};

}  // namespace

TEST_CASE("process_local: each process has its own, from the same beginning (conformance 200)") {
  in_process([] {
    CHECK(*counter == 7);
    *counter = 8;
    std::vector<monitor_ref> others;
    for (int i = 0; i < 20; ++i)
      others.push_back(spawn_monitor([i] {
                         if (*counter != 7) std::abort();
                         *counter = i;
                         for (int n = 0; n < 50; ++n) {
                           yield();
                           if (*counter != i) std::abort();
                         }
                       }).second);
    for (const monitor_ref ref : others) CHECK(end_of(ref) == exit_reason::normal);
    CHECK(*counter == 8);
  });
}

TEST_CASE("process_local: put returns the old value, erase takes it away (conformance 200)") {
  in_process([] {
    process_local<std::string> word;
    CHECK(word.find() == nullptr);
    CHECK_FALSE(word.put("one"));
    CHECK(word.put("two") == "one");
    CHECK(*word == "two");
    CHECK(word.erase() == "two");
    CHECK_FALSE(word.erase());
    CHECK(word->empty());
  });
}

TEST_CASE("process_local: values are made where they are asked for, by what it was given") {
  in_process([] {
    process_local<pid> owner([] { return self(); });
    CHECK(*owner == self());
    const pid p = spawn([&owner, me = self()] { send(me, *owner); });
    CHECK(receive<pid>() == p);
  });
}

TEST_CASE(
    "process_local: what a process has is destroyed after its stack, the youngest first, before anybody hears of its end") {
  in_process([] {
    struct teller {
      pid whom;
      std::string text;
      explicit teller(pid p, std::string t) : whom(p), text(std::move(t)) {}
      teller(teller&& other) noexcept : whom(std::exchange(other.whom, {})), text(std::move(other.text)) {}
      ~teller() {
        if (whom) send(whom, notice{text});
      }
    };
    process_local<std::unique_ptr<teller>> first;
    process_local<std::unique_ptr<teller>> second;
    for (const bool killed : {false, true}) {
      spawn_monitor([&, me = self(), killed] {
        const teller on_stack(me, "stack");
        *first = std::make_unique<teller>(me, "first");
        *second = std::make_unique<teller>(me, "second");
        if (killed) exit(self(), exit_reason::kill);
      });
      std::vector<std::string> told;
      bool over = false;
      while (!over) receive([&](const notice& n) { told.push_back(n.text); }, [&](const down&) { over = true; });
      CHECK(told == std::vector<std::string>{"stack", "second", "first"});
    }
  });
}

TEST_CASE("process_local: a destructor may use others, and nothing is left") {
  const gauge alive;
  run(options{.workers = 2}, [&alive] {
    process_local<gauge::token> late([&alive] { return alive.take(); });
    struct user {
      process_local<gauge::token>* which = nullptr;
      ~user() {
        if (which != nullptr) static_cast<void>(which->get());
      }
    };
    process_local<std::shared_ptr<user>> early;
    const monitor_ref ref = spawn_monitor([&] { *early = std::make_shared<user>(user{&late}); }).second;
    CHECK(end_of(ref) == exit_reason::normal);
    CHECK(alive.alive() == 0);
  });
}

TEST_CASE("process_local: outside a process it is misuse") { CHECK_THROWS_AS(*counter, misuse); }
