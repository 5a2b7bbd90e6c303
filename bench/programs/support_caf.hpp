// What the CAF programs share: starting a system, and one way to send for all versions, whose own ways differ.
// Tried with CAF 0.17, which Debian 12 has; what is for 0.18 and later follows their documentation.
#pragma once

#include <caf/all.hpp>

#include <algorithm>
#include <cstddef>
#include <thread>
#include <utility>

namespace bench {

// How CAF is tuned for a work. Each program takes what was fastest for it.
struct tuning {
  const char* policy = "stealing";  // Or "sharing": one run queue for all workers.
  std::size_t workers_min = 1;      // Else one worker per core. CAF's own default is at least 4.
};

// Runs `body` in a fresh system and waits until all actors have ended.
template <class Body>
void with_system(tuning chosen, Body body) {
  const std::size_t workers = std::max<std::size_t>(chosen.workers_min, std::thread::hardware_concurrency());
  caf::actor_system_config config;
#if CAF_VERSION >= 1800
  caf::core::init_global_meta_objects();
  config.set("caf.scheduler.max-threads", workers);
  config.set("caf.scheduler.policy", chosen.policy);
#else
  config.set("scheduler.max-threads", workers);
  config.set("scheduler.policy", caf::atom_from_string(chosen.policy));
#endif
  caf::actor_system system{config};
  body(system);
}

template <class Self, class Receiver, class... Parts>
void tell(Self& self, const Receiver& receiver, Parts... parts) {
#if CAF_VERSION >= 10000
  self->mail(std::move(parts)...).send(receiver);
#else
  self->send(receiver, std::move(parts)...);
#endif
}

template <class Self, class Receiver, class... Parts>
void tell_at(Self& self, caf::actor_clock::time_point when, const Receiver& receiver, Parts... parts) {
#if CAF_VERSION >= 10000
  self->mail(std::move(parts)...).schedule(when).send(receiver);
#else
  self->scheduled_send(receiver, when, std::move(parts)...);
#endif
}

}  // namespace bench
