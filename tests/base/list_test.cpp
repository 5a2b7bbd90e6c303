#include <vector>

#include "support/test.hpp"

using shoal::detail::fifo;

namespace {

struct element {
  int number = 0;
  element* next = nullptr;
};

std::vector<int> drain(fifo<element>& list) {
  std::vector<int> numbers;
  while (const element* e = list.pop_front()) numbers.push_back(e->number);
  return numbers;
}

}  // namespace

TEST_CASE("fifo: the first in is the first out") {
  element a{1}, b{2}, c{3};
  fifo<element> list;
  CHECK(list.empty());
  CHECK(list.front() == nullptr);
  CHECK(list.pop_front() == nullptr);
  for (element* e : {&a, &b, &c}) list.push_back(*e);
  CHECK_FALSE(list.empty());
  CHECK(list.front() == &a);
  CHECK(drain(list) == std::vector<int>{1, 2, 3});
  CHECK(list.empty());
}

TEST_CASE("fifo: emptied, it can be filled again") {
  element a{1}, b{2};
  fifo<element> list;
  list.push_back(a);
  CHECK(list.pop_front() == &a);
  list.push_back(b);
  list.push_back(a);
  CHECK(drain(list) == std::vector<int>{2, 1});
}

TEST_CASE("fifo: append moves all of another list behind its own") {
  element a{1}, b{2}, c{3}, d{4};
  fifo<element> list;
  fifo<element> other;
  list.append(other);
  CHECK(list.empty());
  other.push_back(a);
  other.push_back(b);
  list.append(other);
  CHECK(other.empty());
  other.push_back(c);
  list.append(other);
  list.push_back(d);
  CHECK(drain(list) == std::vector<int>{1, 2, 3, 4});
}
