// Compiled into the program and into the shared object.
#ifndef MESSAGES_HPP
#define MESSAGES_HPP

#include <memory>
#include <string>
#include <vector>

#include <shoal/shoal.hpp>

struct question {
  shoal::pid from;
  std::string text;
};
struct answer {
  std::unique_ptr<std::string> text;
};
struct goodbye {};

// A reason, too, is known by its type's name.
struct tired {
  int after;
  bool operator==(const tired&) const = default;
};

template <class T>
struct many {
  std::vector<T> all;
};

#endif
