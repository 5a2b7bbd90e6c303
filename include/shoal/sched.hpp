// include/shoal/sched.hpp — floor 2: workers that run fibers, their queues, timers and sleep.
#ifndef SHOAL_SCHED_HPP
#define SHOAL_SCHED_HPP

#include <shoal/fiber.hpp>

#include <shoal/sched/detail/worker.hpp>
#include <shoal/sched/policy.hpp>
#include <shoal/sched/poller.hpp>
#include <shoal/sched/runnable.hpp>
#include <shoal/sched/scheduler.hpp>
#include <shoal/sched/timer_wheel.hpp>
#include <shoal/sched/topology.hpp>

#endif
