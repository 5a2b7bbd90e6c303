#include <algorithm>
#include <cstdint>
#include <set>
#include <thread>
#include <vector>

#include <shoal/memory.hpp>

#include "support/test.hpp"

using namespace shoal::detail;

namespace {

struct node {
  node* next = nullptr;
  int owner = 0;
};

// Makes nodes, and knows how many.
class node_depot final : public depot<node> {
 public:
  explicit node_depot(std::uint32_t batch) : depot(batch) {}
  ~node_depot() override {
    for (node* n : made_) delete n;
  }
  [[nodiscard]] std::size_t made() const { return made_.size(); }

 private:
  node_batch<node> make() override {
    room_for(made_.size() + batch_size());
    node_batch<node> batch;
    for (; batch.count < batch_size(); ++batch.count) {
      made_.push_back(new node{batch.first, 0});
      batch.first = made_.back();
    }
    return batch;
  }
  std::vector<node*> made_;
};

}  // namespace

TEST_CASE("block_class: each size gets the smallest block that holds it") {
  int wrong = 0;
  for (std::size_t bytes = 0; bytes <= 5000; ++bytes) {
    const auto* const smallest = std::find_if(block_sizes.begin(), block_sizes.end(), [&](auto size) { return size >= bytes; });
    if (block_class(bytes) != smallest - block_sizes.begin()) ++wrong;
  }
  CHECK(wrong == 0);
  CHECK(block_class(4096) < heap_block);
  CHECK(block_class(4097) == heap_block);
  CHECK(block_class(~std::size_t{0}) == heap_block);
}

TEST_CASE("block_class: every size is a multiple of a cache line") {
  for (const auto size : block_sizes) CHECK(size % cache_line == 0);
  CHECK(std::is_sorted(block_sizes.begin(), block_sizes.end()));
}

TEST_CASE("node_cache: what was given last is taken first") {
  node_depot behind(4);
  node_cache<node> cache;
  node* const a = cache.take(behind);
  node* const b = cache.take(behind);
  CHECK(a != b);
  cache.give(behind, *a);
  cache.give(behind, *b);
  CHECK(cache.take(behind) == b);
  CHECK(cache.take(behind) == a);
  cache.give(behind, *a);
  cache.give(behind, *b);
  cache.flush(behind);
}

TEST_CASE("node_cache: nodes in use are all different, and none is lost") {
  node_depot behind(4);
  {
    node_cache<node> cache;
    std::set<node*> in_use;
    for (int i = 0; i < 100; ++i) in_use.insert(cache.take(behind));
    CHECK(in_use.size() == 100);
    for (node* n : in_use) cache.give(behind, *n);
    cache.flush(behind);
  }
  CHECK(behind.made() == 100);
  node_cache<node> other;
  for (int i = 0; i < 100; ++i) static_cast<void>(other.take(behind));
  CHECK(behind.made() == 100);
}

TEST_CASE("node_cache: taking and giving back and forth around a batch's end makes nothing new") {
  node_depot behind(4);
  node_cache<node> cache;
  std::vector<node*> in_use;
  for (int i = 0; i < 8; ++i) in_use.push_back(cache.take(behind));
  for (int round = 0; round < 100; ++round) {
    for (int i = 0; i < 6; ++i) {
      cache.give(behind, *in_use.back());
      in_use.pop_back();
    }
    for (int i = 0; i < 6; ++i) in_use.push_back(cache.take(behind));
  }
  CHECK(behind.made() == 8);
}

TEST_CASE("node_cache: what one thread frees another one uses") {
  static constexpr int rounds = 200;
  static constexpr std::size_t at_once = 100;
  node_depot behind(8);
  node_cache<node> takes;
  node_cache<node> frees;
  int doubly_used = 0;
  for (int round = 1; round <= rounds; ++round) {
    std::vector<node*> in_use;
    for (std::size_t i = 0; i < at_once; ++i) {
      in_use.push_back(takes.take(behind));
      if (std::exchange(in_use.back()->owner, round) == round) ++doubly_used;
    }
    std::thread([&] {
      for (node* n : in_use) frees.give(behind, *n);
    }).join();
  }
  CHECK(doubly_used == 0);
  CHECK(behind.made() < 3 * at_once);  // Not 100 for each round: they went round through the depot.
}

TEST_CASE("block_pool: blocks are aligned, writable to their end, and do not overlap") {
  block_pool pool;
  block_pool::cache cache(pool);
  for (std::uint8_t c = 0; c < heap_block; ++c) {
    std::vector<unsigned char*> blocks;
    for (unsigned char i = 0; i < 200; ++i) {
      blocks.push_back(static_cast<unsigned char*>(cache.allocate(c)));
      std::fill_n(blocks.back(), block_sizes[c], i);
    }
    int damaged = 0;
    int misaligned = 0;
    for (unsigned char i = 0; i < 200; ++i) {
      damaged += std::count(blocks[i], blocks[i] + block_sizes[c], i) != block_sizes[c];
      misaligned += reinterpret_cast<std::uintptr_t>(blocks[i]) % 64 != 0;
      cache.free(blocks[i], c);
    }
    CAPTURE(static_cast<int>(c));
    CHECK(damaged == 0);
    CHECK(misaligned == 0);
  }
}

TEST_CASE("block_pool: threads without a cache share one, and their blocks may be freed by others") {
  block_pool pool;
  std::vector<void*> blocks;
  for (int i = 0; i < 1000; ++i) blocks.push_back(pool.allocate_outside(2));
  std::thread([&] {
    block_pool::cache cache(pool);
    for (void* b : blocks) cache.free(b, 2);
  }).join();
  const std::set<void*> known(blocks.begin(), blocks.end());
  CHECK(known.size() == 1000);
  std::size_t reused = 0;
  for (void*& b : blocks) {
    b = pool.allocate_outside(2);
    reused += known.contains(b) ? 1 : 0;
  }
  CHECK(reused > 900);  // All but what one cache holds back.
  for (void* b : blocks) pool.free_outside(b, 2);
}
