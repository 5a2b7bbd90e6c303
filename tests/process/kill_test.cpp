// What a killed process may still do: nothing but unwind. All are killed by stop().
#include <exception>
#include <stdexcept>
#include <string>
#include <utility>

#include <shoal/fiber/forced_unwind.hpp>

#include "support/child.hpp"
#include "support/gauge.hpp"
#include "support/report_log.hpp"
#include "support/test.hpp"

using namespace shoal;
using namespace std::chrono_literals;

namespace {

struct done {};
struct ready {};

// Runs `code` as a process until it is in a receive, then stops its runtime. The process writes to `trace`, and has ended when
// this returns; what it writes is read afterwards.
template <class Code>
std::string trace_of_killed(Code code) {
  std::string trace;
  runtime rt{{.workers = 1, .log = test::silent}};
  rt.run([&] {
    spawn([&trace, code, to = self()] {
      send(to, ready{});
      code(trace);
      trace += " went on";
    });
    receive<ready>();
  });
  const stop_report told = rt.stop(20s);
  if (!told.still_alive.empty()) trace += " still alive";
  return trace;
}

struct writes_on_the_way_out {
  std::string& trace;
  const char* what;
  ~writes_on_the_way_out() { trace += what; }
};

void wait_deep_inside(std::string& trace, int depth) {
  const writes_on_the_way_out here{trace, "d"};
  if (depth == 0) receive<done>();
  else wait_deep_inside(trace, depth - 1);
}

}  // namespace

TEST_CASE("kill: destructors run, innermost first, through every call") {
  CHECK(trace_of_killed([](std::string& trace) {
          const writes_on_the_way_out outer{trace, "o"};
          const writes_on_the_way_out inner{trace, "i"};
          wait_deep_inside(trace, 5);
        }) == "ddddddio");
}

TEST_CASE("kill: handlers for exceptions of a type are passed by") {
  CHECK(trace_of_killed([](std::string& trace) {
          try {
            receive<done>();
          } catch (const std::exception&) {
            trace += "std::exception";
          } catch (const exited&) {
            trace += "exited";
          } catch (int) {
            trace += "int";
          }
        }).empty());
}

TEST_CASE("kill: catch (...) may run but cannot stop it (conformance 5)") {
  CHECK(trace_of_killed([](std::string& trace) {
          const writes_on_the_way_out outer{trace, "o"};
          try {
            const writes_on_the_way_out inner{trace, "i"};
            receive<done>();
          } catch (...) {
            trace += "c";
          }
          trace += "x";
        }) == "ico");
}

TEST_CASE("kill: catch (...) that rethrows, or returns, does not stop it either") {
  CHECK(trace_of_killed([](std::string& trace) {
          try {
            receive<done>();
          } catch (...) {
            trace += "c";
            throw;
          }
        }) == "c");
  CHECK(trace_of_killed([](std::string& trace) {
          const auto swallows = [&] {
            try {
              receive<done>();
            } catch (...) {
              trace += "c";
              return 1;
            }
            return 2;
          };
          trace += swallows() == 1 ? " returned" : "";
        }) == "c");
}

TEST_CASE("kill: a loop of catch (...) ends") {
  CHECK(trace_of_killed([](std::string& trace) {
          for (;;) {
            try {
              receive<done>();
            } catch (...) {
              trace += "c";
            }
          }
        }) == "c");
}

TEST_CASE("kill: nested catch (...) blocks each run once") {
  CHECK(trace_of_killed([](std::string& trace) {
          try {
            try {
              receive<done>();
            } catch (...) {
              trace += "1";
            }
            trace += "x";
          } catch (...) {
            trace += "2";
          }
          trace += "x";
        }) == "12");
}

TEST_CASE("kill: an exception thrown from catch (...) does not save the process") {
  const std::string trace = trace_of_killed([](std::string& t) {
    try {
      try {
        receive<done>();
      } catch (...) {
        throw std::runtime_error("instead");
      }
    } catch (const std::runtime_error&) {
      t += "r";
    }
    receive<done>();
    t += " lived";
  });
  CHECK(trace == "r");
}

TEST_CASE("kill: an exception thrown from catch (...) that nothing catches is dropped, and destroyed once") {
  const test::gauge tokens;
  CHECK(trace_of_killed([&tokens](std::string& trace) {
          try {
            receive<done>();
          } catch (...) {
            trace += "c";
            throw tokens.take();
          }
        }) == "c");
  CHECK(tokens.alive() == 0);
}

TEST_CASE("kill: an exception rethrown from elsewhere in catch (...) is dropped, and stays whole for its owner") {
  const test::gauge tokens;
  {
    std::exception_ptr kept;
    try {
      throw tokens.take();
    } catch (...) {
      kept = std::current_exception();
    }
    CHECK(trace_of_killed([&kept](std::string& trace) {
            try {
              receive<done>();
            } catch (...) {
              trace += "c";
              std::rethrow_exception(kept);
            }
          }) == "c");
    CHECK(tokens.alive() == 1);
    CHECK_THROWS_AS(std::rethrow_exception(kept), test::gauge::token);
  }
  CHECK(tokens.alive() == 0);
}

TEST_CASE("kill: a process waiting in a catch block ends, and the exception it handles goes") {
  const test::gauge tokens;
  CHECK(trace_of_killed([&tokens](std::string& trace) {
          try {
            throw tokens.take();
          } catch (const test::gauge::token&) {
            trace += "c";
            receive<done>();
          }
        }) == "c");
  CHECK(tokens.alive() == 0);
}

TEST_CASE("kill: a process waiting inside a handler of receive ends, and its message goes") {
  const test::gauge tokens;
  CHECK(trace_of_killed([&tokens](std::string& trace) {
          send(self(), tokens.take());
          receive([&](const test::gauge::token&) {
            trace += "h";
            receive<done>();
          });
        }) == "h");
  CHECK(tokens.alive() == 0);
}

TEST_CASE("kill: it is found by every call that can end a turn") {
  CHECK(trace_of_killed([](std::string&) {
          for (;;) yield();
        }).empty());
  CHECK(trace_of_killed([](std::string&) {
          for (;;) send(pid{}, done{});
        }).empty());
  CHECK(trace_of_killed([](std::string&) {
          for (;;) receive<done>(0ms);
        }).empty());
  CHECK(trace_of_killed([](std::string&) {
          for (;;) sleep(0ms);
        }).empty());
  CHECK(trace_of_killed([](std::string&) {
          for (;;) receive<done>(1us);
        }).empty());
}

TEST_CASE("kill: a destructor on the way out may send") {
  CHECK(trace_of_killed([](std::string& trace) {
          struct sends {
            std::string& t;
            ~sends() {
              for (int i = 0; i < 1000; ++i) send(pid{}, done{});
              t += "s";
            }
          } const at_the_end{trace};
          receive<done>();
        }) == "s");
}

TEST_CASE("kill: a destructor on the way out may throw and catch") {
  CHECK(trace_of_killed([](std::string& trace) {
          struct throws {
            std::string& t;
            ~throws() {
              try {
                throw std::runtime_error("inside");
              } catch (const std::runtime_error&) {
                t += "t";
              }
            }
          } const at_the_end{trace};
          receive<done>();
        }) == "t");
}

TEST_CASE("kill: a process whose exception is on its way ends as killed, once that has arrived") {
  CHECK(trace_of_killed([](std::string& trace) {
          struct waits {
            ~waits() { sleep(20ms); }
          };
          try {
            const waits while_unwinding;
            throw std::runtime_error("on its way");
          } catch (const std::runtime_error&) {
            trace += "r";
          }
          receive<done>();
        }) == "r");
}

// A destructor is noexcept: nothing can be unwound through it. The process ends some other way, and the program lives.
TEST_CASE("kill: while a destructor waits, the program lives") {
  const auto end = test::in_child([] {
    const std::string trace = trace_of_killed([](std::string& t) {
      struct waits {
        std::string& what;
        ~waits() {
          receive<done>(100ms);
          what += "w";
        }
      };
      {
        const waits at_once{t};
      }
      receive<done>();
    });
    return trace.find("went on") == std::string::npos && trace.find("still alive") == std::string::npos ? 0 : 1;
  });
  CHECK(end == test::went_well);
}

TEST_CASE("kill: while a destructor sends, the program lives") {
  const auto end = test::in_child([] {
    static_cast<void>(trace_of_killed([](std::string&) {
      struct sends {
        ~sends() {
          for (int i = 0; i < 1000; ++i) send(pid{}, done{});
        }
      };
      for (;;) const sends at_once;
    }));
    return 0;
  });
  CHECK(end == test::went_well);
}

TEST_CASE("kill: messages left over may send when they are destroyed, and the program lives") {
  const auto end = test::in_child([] {
    class promise {
     public:
      promise() = default;
      promise(promise&& other) noexcept : kept_(std::exchange(other.kept_, false)) {}
      promise& operator=(promise&&) = delete;
      ~promise() {
        if (kept_) send(pid{}, done{});
      }

     private:
      bool kept_ = true;
    };
    const std::string trace = trace_of_killed([](std::string&) {
      for (int i = 0; i < 2000; ++i) send(self(), promise{});
      receive<done>();
    });
    return trace.empty() ? 0 : 1;
  });
  CHECK(end == test::went_well);
}

// --- Where the C++ runtime cannot be unwound by force ----------------------------------------------------------------

namespace {

// Runtimes choose the scheme when the program's first one is made: so not before there was one.
class plain_scheme {
 public:
  plain_scheme() {
    const runtime first;
    detail::choose_unwind_scheme(detail::unwind_scheme::plain);
  }
  ~plain_scheme() { detail::choose_unwind_scheme(detail::unwind_scheme::forced); }
  plain_scheme(const plain_scheme&) = delete;
  plain_scheme& operator=(const plain_scheme&) = delete;
};

}  // namespace

TEST_CASE("kill by a plain exception: destructors run, and typed handlers are passed by") {
  const plain_scheme in_use;
  CHECK(trace_of_killed([](std::string& trace) {
          const writes_on_the_way_out outer{trace, "o"};
          try {
            wait_deep_inside(trace, 2);
          } catch (const std::exception&) {
            trace += "e";
          }
        }) == "dddo");
}

TEST_CASE("kill by a plain exception: who swallows it ends at the next call") {
  const plain_scheme in_use;
  CHECK(trace_of_killed([](std::string& trace) {
          const writes_on_the_way_out outer{trace, "o"};
          for (int i = 0; i < 3; ++i) {
            try {
              receive<done>();
            } catch (...) {
              trace += "c";
            }
            if (i == 1) yield();
          }
          trace += "x";
        }) == "cco");
}

TEST_CASE("kill by a plain exception: a noexcept function costs the process its stack") {
  const plain_scheme in_use;
  CHECK(trace_of_killed([](std::string& trace) {
          const writes_on_the_way_out outer{trace, "o"};
          []() noexcept { receive<done>(); }();
        }).empty());
}

TEST_CASE("hibernate by a plain exception: who swallows it hibernates at the next call") {
  const plain_scheme in_use;
  const std::string trace = run([] {
    std::string written;
    const auto [p, ref] = spawn_monitor([&written] {
      try {
        hibernate([&written] {
          receive<done>();
          written += "h";
        });
      } catch (...) {
        written += "c";
      }
      written += "on";
      yield();
      written += "x";
    });
    send(p, done{});
    receive<down>();
    return written;
  });
  CHECK(trace == "conh");
}
