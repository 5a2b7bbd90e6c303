// include/shoal/process.hpp — floor 3: processes, messages, receive: what programs are written with.
#ifndef SHOAL_PROCESS_HPP
#define SHOAL_PROCESS_HPP

#include <shoal/base.hpp>

#include <shoal/process/alias.hpp>
#include <shoal/process/exit_reason.hpp>
#include <shoal/process/hibernate.hpp>
#include <shoal/process/link.hpp>
#include <shoal/process/message.hpp>
#include <shoal/process/misuse.hpp>
#include <shoal/process/monitor.hpp>
#include <shoal/process/monitor_tagged.hpp>
#include <shoal/process/names.hpp>
#include <shoal/process/options.hpp>
#include <shoal/process/pid.hpp>
#include <shoal/process/process_info.hpp>
#include <shoal/process/process_local.hpp>
#include <shoal/process/receive.hpp>
#include <shoal/process/report.hpp>
#include <shoal/process/runtime.hpp>
#include <shoal/process/self.hpp>
#include <shoal/process/send.hpp>
#include <shoal/process/sendable.hpp>
#include <shoal/process/spawn.hpp>
#include <shoal/process/spawn_request.hpp>
#include <shoal/process/stop_report.hpp>
#include <shoal/process/suspend.hpp>
#include <shoal/process/timers.hpp>

#endif
