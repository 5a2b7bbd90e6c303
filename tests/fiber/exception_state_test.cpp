// Exceptions belong to the code on a stack, not to the thread that happens to run it.
#include <exception>
#include <stdexcept>
#include <string>
#include <thread>

#include "fiber/coroutine.hpp"
#include "support/test.hpp"

using namespace shoal::detail;
using shoal::test::coroutine;
using shoal::test::thread_carrier;

namespace {

std::string text_of_current() {
  try {
    throw;
  } catch (const std::exception& e) {
    return e.what();
  }
}

// Pauses while the exception it is destroyed by is on its way.
struct pauses_in_destructor {
  coroutine& self;
  int& uncaught_afterwards;
  ~pauses_in_destructor() {
    self.pause();
    uncaught_afterwards = std::uncaught_exceptions();
  }
};

}  // namespace

TEST_CASE("exception state: a fiber suspended in a catch block leaves nothing of it on the carrier") {
  stack_pool stacks;
  thread_carrier here;
  std::string rethrown;
  coroutine f(stacks, [&](coroutine& self) {
    try {
      throw std::runtime_error("the fiber's");
    } catch (...) {
      self.pause();
      rethrown = text_of_current();
    }
  });
  here.run(f);
  CHECK(std::current_exception() == nullptr);
  try {
    throw std::runtime_error("the carrier's");
  } catch (...) {
    CHECK(text_of_current() == "the carrier's");
  }
  here.run(f);
  CHECK(rethrown == "the fiber's");
  CHECK(std::current_exception() == nullptr);
}

TEST_CASE("exception state: two fibers suspended in catch blocks each find their own") {
  stack_pool stacks;
  thread_carrier here;
  std::string trace;
  const auto handles = [&trace](std::string text) {
    return [&trace, text](coroutine& self) {
      try {
        throw std::runtime_error(text + "1");
      } catch (...) {
        self.pause();
        try {
          throw std::runtime_error(text + "2");
        } catch (...) {
          self.pause();
          trace += text_of_current() + " ";
        }
        self.pause();
        trace += text_of_current() + " ";
      }
    };
  };
  coroutine a(stacks, handles("a"));
  coroutine b(stacks, handles("b"));
  while (!a.finished() || !b.finished()) {
    if (!a.finished()) here.run(a);
    if (!b.finished()) here.run(b);
  }
  CHECK(trace == "a2 b2 a1 b1 ");
}

TEST_CASE("exception state: fibers that switch to each other directly keep theirs apart") {
  stack_pool stacks;
  thread_carrier here;
  std::string trace;
  coroutine second(stacks, [&](coroutine& self) {
    trace += std::current_exception() == nullptr ? "none " : "some ";
    try {
      throw std::runtime_error("second");
    } catch (...) {
      self.pause();
      trace += text_of_current();
    }
  });
  coroutine first(stacks, [&](coroutine& self) {
    try {
      throw std::runtime_error("first");
    } catch (...) {
      self.pause_for(second);
      trace += text_of_current() + " ";
      self.pause_for(second);
    }
  });
  here.run(first);
  here.run(first);
  CHECK(trace == "none first second");
  here.run(first);
  CHECK(first.finished());
}

TEST_CASE("exception state: an exception on its way is on its way in its fiber only") {
  stack_pool stacks;
  thread_carrier here;
  int uncaught_in_fiber = -1;
  std::string caught;
  coroutine f(stacks, [&](coroutine& self) {
    try {
      const pauses_in_destructor p{self, uncaught_in_fiber};
      throw std::runtime_error("on its way");
    } catch (const std::runtime_error& e) {
      caught = e.what();
    }
  });
  here.run(f);
  CHECK(std::uncaught_exceptions() == 0);
  CHECK(caught.empty());
  here.run(f);
  CHECK(uncaught_in_fiber == 1);
  CHECK(caught == "on its way");
}

TEST_CASE("exception state: it follows a fiber from thread to thread") {
  stack_pool stacks;
  std::string trace;
  int uncaught = -1;
  coroutine f(stacks, [&](coroutine& self) {
    try {
      throw std::runtime_error("outer");
    } catch (...) {
      self.pause();  // 1: in a catch block
      try {
        const pauses_in_destructor p{self, uncaught};  // 2: while unwinding
        throw std::logic_error("inner");
      } catch (const std::logic_error& e) {
        self.pause();  // 3: in a nested catch block
        trace += e.what();
        trace += " " + text_of_current();
      }
      trace += " " + text_of_current();
    }
    trace += std::current_exception() == nullptr ? " none" : " some";
  });
  int left_behind = 0;
  while (!f.finished())
    std::thread([&] {
      thread_carrier here;
      here.run(f);
      left_behind += std::uncaught_exceptions() + (std::current_exception() != nullptr ? 1 : 0);
    }).join();
  CHECK(trace == "inner inner outer none");
  CHECK(uncaught == 1);
  CHECK(left_behind == 0);
}

TEST_CASE("exception state: an exception_ptr can be rethrown on another fiber") {
  stack_pool stacks;
  thread_carrier here;
  std::exception_ptr kept;
  std::string caught;
  coroutine first(stacks, [&](coroutine&) {
    try {
      throw std::runtime_error("carried");
    } catch (...) {
      kept = std::current_exception();
    }
  });
  coroutine second(stacks, [&](coroutine&) {
    try {
      std::rethrow_exception(kept);
    } catch (const std::runtime_error& e) {
      caught = e.what();
    }
  });
  here.run(first);
  here.run(second);
  CHECK(caught == "carried");
}
