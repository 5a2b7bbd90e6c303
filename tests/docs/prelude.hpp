// tests/docs/prelude.hpp — what every fragment in the docs is compiled after. Each stands in a process function of its own.
#include <fmt/core.h>

#include <chrono>
#include <iostream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <shoal/shoal.hpp>

using namespace std::chrono_literals;
