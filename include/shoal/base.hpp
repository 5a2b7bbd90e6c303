// include/shoal/base.hpp — floor 0: words every other floor uses. Depends on nothing but the standard library.
#ifndef SHOAL_BASE_HPP
#define SHOAL_BASE_HPP

#include <shoal/base/assert.hpp>
#include <shoal/base/config.hpp>
#include <shoal/base/counters.hpp>
#include <shoal/base/list.hpp>
#include <shoal/base/priority.hpp>
#include <shoal/base/random.hpp>
#include <shoal/base/sync.hpp>
#include <shoal/base/system_limit.hpp>
#include <shoal/base/time.hpp>
#include <shoal/base/type_name.hpp>
#include <shoal/base/wait_reason.hpp>

#endif
