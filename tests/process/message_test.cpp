// What travels in a message, whatever its size, alignment or copying habits; and shoal::message, which holds any of them.
#include <array>
#include <cstdint>
#include <memory>
#include <numeric>
#include <stdexcept>
#include <string>
#include <vector>

#include "support/child.hpp"
#include "support/test.hpp"

using namespace shoal;
using namespace std::chrono_literals;

namespace {

struct note {
  std::string text;
};
struct number {
  int value;
};

// A class, so that nobody counts its members.
template <std::size_t Bytes>
class block_of {
 public:
  block_of() {}
  std::array<unsigned char, Bytes> bytes{};
};

template <std::size_t Alignment>
struct alignas(Alignment) aligned_to {
  int value;
};

template <class T>
bool is_aligned(const T& object) {
  return reinterpret_cast<std::uintptr_t>(&object) % alignof(T) == 0;
}

template <std::size_t Bytes>
bool arrives_whole() {
  block_of<Bytes> sent;
  std::iota(sent.bytes.begin(), sent.bytes.end(), static_cast<unsigned char>(1));
  send(self(), sent);
  return receive<block_of<Bytes>>().bytes == sent.bytes;
}

template <std::size_t Alignment>
bool arrives_aligned() {
  send(self(), aligned_to<Alignment>{7});
  return receive([](const aligned_to<Alignment>& m) { return is_aligned(m) && m.value == 7; });
}

// Counts its objects; copying may fail.
class counted {
 public:
  explicit counted(std::shared_ptr<int> alive) : alive_(std::move(alive)) { ++*alive_; }
  counted(const counted& other) : copying_fails(other.copying_fails), alive_(other.alive_) {
    if (copying_fails) throw std::runtime_error("no copy");
    ++*alive_;
  }
  counted(counted&& other) noexcept : copying_fails(other.copying_fails), alive_(other.alive_) { ++*alive_; }
  counted& operator=(const counted&) = delete;
  ~counted() { --*alive_; }

  bool copying_fails = false;

 private:
  std::shared_ptr<int> alive_;
};

}  // namespace

TEST_CASE("send: values of every size arrive whole, also those larger than any pool's block") {
  run([] {
    CHECK(arrives_whole<1>());
    CHECK(arrives_whole<32>());
    CHECK(arrives_whole<33>());
    CHECK(arrives_whole<480>());
    CHECK(arrives_whole<481>());
    CHECK(arrives_whole<4064>());
    CHECK(arrives_whole<4065>());
    CHECK(arrives_whole<10'000>());
  });
}

TEST_CASE("send: many large values arrive in order") {
  run([] {
    static constexpr int count = 200;
    for (int i = 0; i < count; ++i) {
      block_of<8192> big{};
      big.bytes[8191] = static_cast<unsigned char>(i);
      send(self(), big);
    }
    int in_order = 0;
    for (int i = 0; i < count; ++i) in_order += receive<block_of<8192>>().bytes[8191] == static_cast<unsigned char>(i);
    CHECK(in_order == count);
  });
}

TEST_CASE("send: values keep their alignment") {
  run([] {
    CHECK(arrives_aligned<16>());
    CHECK(arrives_aligned<32>());
    CHECK(arrives_aligned<64>());
  });
}

TEST_CASE("send: each value is destroyed exactly once, read or not") {
  const auto alive = std::make_shared<int>(0);
  shoal::run([alive] {
    for (int i = 0; i < 10; ++i) send(self(), counted(alive));
    CHECK(*alive == 10);
    receive<counted>();
    receive([](const counted&) {});
    receive([](message) {});
    CHECK(*alive == 7);
    const pid gone = spawn([] {});
    test::wait_until_dead(gone);
    send(gone, counted(alive));
    send(pid{}, counted(alive));
    CHECK(*alive == 7);
  });
  CHECK(*alive == 0);
}

TEST_CASE("send: when the copy throws, the sender gets the exception and the receiver nothing") {
  const auto alive = std::make_shared<int>(0);
  shoal::run([alive] {
    counted original(alive);
    original.copying_fails = true;
    CHECK_THROWS_AS(send(self(), original), std::runtime_error);
    CHECK_FALSE(receive([](const counted&) { return true; }, after(0ms, [] { return false; })));
    CHECK(*alive == 1);
  });
  CHECK(*alive == 0);
}

TEST_CASE("message: it tells what it holds") {
  run([] {
    send(self(), note{"hello"});
    receive([](message m) {
      CHECK(m.is<note>());
      CHECK_FALSE(m.is<number>());
      CHECK(m.get_if<number>() == nullptr);
      REQUIRE(m.get_if<note>() != nullptr);
      CHECK(m.get_if<note>()->text == "hello");
      CHECK(std::as_const(m).get_if<note>()->text == "hello");
      CHECK(m.type_name().find("note") != std::string_view::npos);
    });
  });
}

TEST_CASE("message: what it holds can be changed and moved out") {
  run([] {
    send(self(), std::make_unique<int>(7));
    message m = receive<message>();
    auto& held = *m.get_if<std::unique_ptr<int>>();
    *held += 1;
    const auto moved_out = std::move(held);
    CHECK(*moved_out == 8);
    CHECK(*m.get_if<std::unique_ptr<int>>() == nullptr);
  });
}

TEST_CASE("message: moved from, it is empty") {
  run([] {
    send(self(), note{"one"});
    send(self(), number{2});
    message first = receive<message>();
    message second = receive<message>();
    message taken = std::move(first);
    CHECK(taken.is<note>());
    CHECK(first.type_name().empty());  // NOLINT: asked on purpose.
    CHECK_FALSE(first.is<note>());
    taken = std::move(second);
    CHECK(taken.get_if<number>()->value == 2);
  });
}

TEST_CASE("message: sent on, it arrives as what it holds") {
  run([] {
    const pid here = self();
    const pid relay = spawn([here] {
      for (int i = 0; i < 2; ++i) receive([here](message m) { send(here, std::move(m)); });
    });
    send(relay, note{"through"});
    send(relay, block_of<10'000>{});
    CHECK(receive<note>().text == "through");
    CHECK(receive([](const block_of<10'000>&) { return true; }));
  });
}

TEST_CASE("message: kept in a container, it stays what it was") {
  run([] {
    for (int i = 0; i < 100; ++i) send(self(), number{i});
    std::vector<message> kept;
    for (int i = 0; i < 100; ++i) kept.push_back(receive<message>());
    int as_sent = 0;
    for (int i = 0; i < 100; ++i) as_sent += kept[static_cast<std::size_t>(i)].get_if<number>()->value == i;
    CHECK(as_sent == 100);
  });
}

TEST_CASE("message: an empty one cannot be sent on, which is said by misuse") {
  const auto end = test::in_child([] {
    return shoal::run([] {
      send(self(), note{"once"});
      message m = receive<message>();
      send(self(), std::move(m));
      try {
        send(self(), std::move(m));
      } catch (const misuse&) {
        return 0;
      }
      return 1;
    });
  });
  CHECK(end == test::went_well);
}
