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

struct writes {
  std::string& trace;
  const char* what;
  ~writes() { trace += what; }
};

// Runs `code(trace)` on a fiber; "!" at the end if the unwind reached the outermost frame.
template <class Code>
std::string trace_of(Code code) {
  stack_pool stacks;
  thread_carrier here;
  std::string trace;
  coroutine f(stacks, [&](coroutine&) { code(trace); });
  here.run(f);
  return trace + (f.unwound() ? "!" : "");
}

}  // namespace

TEST_CASE("forced_unwind: destructors run, innermost first, to the outermost frame") {
  CHECK(trace_of([](std::string& trace) {
          const writes outer{trace, "o"};
          [&] {
            const writes inner{trace, "i"};
            force_unwind();
          }();
          trace += "x";
        }) == "io!");
}

TEST_CASE("forced_unwind: typed handlers are passed by") {
  CHECK(trace_of([](std::string& trace) {
          try {
            force_unwind();
          } catch (const std::exception&) {
            trace += "e";
          } catch (int) {
            trace += "i";
          }
        }) == "!");
}

TEST_CASE("forced_unwind: catch (...) runs and cannot swallow it") {
  CHECK(trace_of([](std::string& trace) {
          const writes outer{trace, "o"};
          try {
            const writes inner{trace, "i"};
            force_unwind();
          } catch (...) {
            trace += "c";
          }
          trace += "x";
        }) == "ico!");
}

TEST_CASE("forced_unwind: nested catch (...) blocks each run once") {
  CHECK(trace_of([](std::string& trace) {
          try {
            try {
              try {
                force_unwind();
              } catch (...) {
                trace += "1";
              }
              trace += "x";
            } catch (...) {
              trace += "2";
              throw;
            }
          } catch (...) {
            trace += "3";
          }
          trace += "x";
        }) == "123!");
}

TEST_CASE("forced_unwind: a return in catch (...) does not return") {
  CHECK(trace_of([](std::string& trace) {
          const auto returns = [&]() -> std::string {
            const writes local{trace, "l"};
            try {
              force_unwind();
            } catch (...) {
              return "r";
            }
          };
          trace += returns();
        }) == "l!");
}

TEST_CASE("forced_unwind: a catch (...) in a loop does not go round") {
  CHECK(trace_of([](std::string& trace) {
          for (int i = 0; i < 3; ++i) {
            try {
              if (i == 0) force_unwind();
              trace += "x";
            } catch (...) {
              trace += "c";
              continue;
            }
          }
        }) == "c!");
}

TEST_CASE("forced_unwind: rethrown, it goes on") {
  CHECK(trace_of([](std::string& trace) {
          try {
            force_unwind();
          } catch (...) {
            trace += "c";
            throw;
          }
        }) == "c!");
}

TEST_CASE("forced_unwind: kept in an exception_ptr, it still goes on, and the pointer may outlive it") {
  std::exception_ptr kept;
  CHECK(trace_of([&](std::string& trace) {
          try {
            force_unwind();
          } catch (...) {
            kept = std::current_exception();
            trace += "c";
          }
          trace += "x";
        }) == "c!");
  kept = nullptr;
  CHECK(std::uncaught_exceptions() == 0);
}

TEST_CASE("forced_unwind: an exception and its handler inside catch (...) do not disturb it") {
  CHECK(trace_of([](std::string& trace) {
          try {
            force_unwind();
          } catch (...) {
            try {
              throw std::runtime_error("inside");
            } catch (const std::runtime_error&) {
              trace += "r";
            }
          }
          trace += "x";
        }) == "r!");
}

TEST_CASE("forced_unwind: another exception thrown from catch (...) goes first") {
  CHECK(trace_of([](std::string& trace) {
          try {
            try {
              force_unwind();
            } catch (...) {
              throw std::runtime_error("instead");
            }
          } catch (const std::runtime_error& e) {
            trace += e.what();
          }
          trace += can_force_unwind() ? " can" : " cannot";
          force_unwind();  // What the next call into the runtime does.
        }) == "instead can!");
}

TEST_CASE("forced_unwind: begun in a handler, it lets go of the exception handled there") {
  struct tells {
    std::string* trace;
    explicit tells(std::string& t) : trace(&t) {}
    tells(const tells&) = delete;
    ~tells() { *trace += "t"; }
  };
  CHECK(trace_of([](std::string& trace) {
          try {
            throw tells(trace);
          } catch (const tells&) {
            force_unwind();
          }
        }) == "t!");
}

TEST_CASE("forced_unwind: it cannot begin while an exception is on its way") {
  std::string during;
  CHECK(trace_of([&](std::string& trace) {
          struct asks {
            std::string& d;
            ~asks() { d += can_force_unwind() ? "yes" : "no"; }
          };
          try {
            const asks a{during};
            throw std::runtime_error("on its way");
          } catch (const std::runtime_error&) {
            trace += can_force_unwind() ? "yes" : "no";
          }
        }) == "yes");
  CHECK(during == "no");
}

TEST_CASE("forced_unwind: a destructor on the way may suspend, and go on upon another thread") {
  stack_pool stacks;
  std::string trace;
  coroutine f(stacks, [&](coroutine& self) {
    struct pauses {
      coroutine& c;
      std::string& t;
      ~pauses() {
        t += "p";
        c.pause();
        t += "q";
      }
    };
    try {
      const pauses p{self, trace};
      force_unwind();
    } catch (...) {
      trace += "c";
      self.pause();
    }
    trace += "x";
  });
  while (!f.finished())
    std::thread([&] {
      thread_carrier here;
      here.run(f);
      if (std::uncaught_exceptions() != 0) trace += "u";
    }).join();
  CHECK(trace == "pqc");
  CHECK(f.unwound());
}

TEST_CASE("forced_unwind: many times over, it leaves nothing behind") {
  int unwound = 0;
  for (int i = 0; i < 1000; ++i)
    unwound += trace_of([](std::string& trace) {
                 try {
                   force_unwind();
                 } catch (...) {
                   trace += "c";
                 }
               }) == "c!";
  CHECK(unwound == 1000);
  CHECK(std::uncaught_exceptions() == 0);
}

// --- Where the C++ runtime is another one ----------------------------------------------------------------------------

namespace {

class plain_scheme {
 public:
  plain_scheme() noexcept { choose_unwind_scheme(unwind_scheme::plain); }
  ~plain_scheme() { choose_unwind_scheme(before_); }
  plain_scheme(const plain_scheme&) = delete;
  plain_scheme& operator=(const plain_scheme&) = delete;

 private:
  const unwind_scheme before_ = current_unwind_scheme();
};

}  // namespace

TEST_CASE("unwind scheme: this C++ runtime can be unwound by force, whoever asks") {
  CHECK(can_unwind_by_force());
  try {
    throw 1;
  } catch (int) {
    CHECK(can_unwind_by_force());
  }
  bool while_unwinding = false;
  try {
    struct asks {
      bool& answer;
      ~asks() { answer = can_unwind_by_force(); }
    } const here{while_unwinding};
    throw 1;
  } catch (int) {
  }
  CHECK(while_unwinding);
  CHECK(current_unwind_scheme() == unwind_scheme::forced);
}

TEST_CASE("unwind scheme: a plain exception runs destructors and passes typed handlers by") {
  const plain_scheme in_use;
  CHECK(trace_of([](std::string& trace) {
          const writes outer{trace, "o"};
          try {
            const writes inner{trace, "i"};
            force_unwind();
          } catch (const std::exception&) {
            trace += "e";
          }
        }) == "io!");
}

TEST_CASE("unwind scheme: a plain exception that was swallowed is thrown again by who asks again") {
  const plain_scheme in_use;
  CHECK(trace_of([](std::string& trace) {
          try {
            force_unwind();
          } catch (...) {
            trace += "c";
          }
          CHECK(can_force_unwind());
          force_unwind();
        }) == "c!");
}
