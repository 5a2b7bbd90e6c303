// Spawn and monitor: one actor spawns and monitors N that end at once, one after another: it reads the down of each
// before it spawns the next.
// Arguments: N.
#include "../support.hpp"
#include "../support_caf.hpp"

static void child(caf::event_based_actor*) {}

class parent : public caf::event_based_actor {
 public:
  parent(caf::actor_config& config, long count, bool measured) : event_based_actor(config), count_(count), measured_(measured) {
    set_down_handler([this](const caf::down_msg& notice) { hear(notice); });
  }

  caf::behavior make_behavior() override {
    spawn_next();
    return {[](int) {}};  // Without a behavior it would end at once, too.
  }

 private:
  void spawn_next() { current_ = spawn<caf::monitored>(child).address(); }

  void hear(const caf::down_msg& notice) {
    bench::check(notice.source == current_ && !notice.reason);
    if (++heard_ < count_) return spawn_next();
    if (measured_) bench::print("spawn_monitor/down", time_.nanoseconds() / static_cast<double>(count_), "ns");
    quit();
  }

  const long count_;
  const bool measured_;
  const bench::stopwatch time_;
  long heard_ = 0;
  caf::actor_addr current_;
};

static void run(caf::actor_system& system, long count, bool measured) {
  const caf::actor held = system.spawn<parent>(count, measured);  // Nobody else knows it, and CAF ends whom nobody knows.
  system.await_all_actors_done();
}

int main(int argc, char** argv) {
  const long count = bench::argument(argc, argv, 1, 500'000);
  bench::with_system({}, [=](caf::actor_system& system) {
    run(system, count / 10, false);
    run(system, count, true);
  });
}
