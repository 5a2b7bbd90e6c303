// How far apart two cores are right now: nanoseconds for a cache line to go from one to the other and back.
// On a virtual machine this changes under a running program, when the host moves a virtual core: what crosses cores changes with it.
#include <atomic>
#include <chrono>
#include <cstdio>
#include <thread>

namespace {

alignas(64) std::atomic<int> ball{0};

constexpr int rounds = 200'000;

void play(int side) {
  for (int i = 0; i < rounds; ++i) {
    while (ball.load(std::memory_order_acquire) != 2 * i + side) {
    }
    ball.store(2 * i + side + 1, std::memory_order_release);
  }
}

}  // namespace

int main() {
  if (std::thread::hardware_concurrency() < 2) return 1;
  const auto start = std::chrono::steady_clock::now();
  std::thread other(play, 1);
  play(0);
  other.join();
  const std::chrono::duration<double, std::nano> spent = std::chrono::steady_clock::now() - start;
  std::printf("%.1f\n", spent.count() / rounds);
}
