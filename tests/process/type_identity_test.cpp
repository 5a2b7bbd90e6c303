// Which types are one type: by the hash of their names, with a check for names that have one hash.
#include <string>

#include "support/test.hpp"

using namespace shoal;

namespace {

// What another shared object would know of T: the same, at another address.
template <class T>
const detail::message_type elsewhere = detail::type_of<T>;

// A type of another name that happens to have T's hash. Nobody can find one on purpose; so it is forged.
template <class T>
const detail::message_type collides_with{
    .name = "quite::another",
    .info = &typeid(void),
    .hash = detail::type_of<T>.hash,
    .value_bytes = detail::type_of<T>.value_bytes,
    .value_offset = detail::type_of<T>.value_offset,
    .local = false,
    .is_down = false,
    .destroy = detail::type_of<T>.destroy,
};

void send_to_self_as(const detail::message_type& type, int value) {
  detail::envelope* mail = detail::make_envelope<int>(detail::blocks_of_caller, value);
  mail->type = &type;
  detail::post(self(), mail);
}

using Catch::Matchers::Contains;

}  // namespace

TEST_CASE("type identity: a type described in two shared objects is one type") {
  CHECK(shoal::run([] {
          send_to_self_as(elsewhere<int>, 7);
          return receive<int>();
        }) == 7);
}

TEST_CASE("type identity: two names with one hash are found out by the receive that would have mixed them up") {
  shoal::run([] {
    send_to_self_as(collides_with<int>, 7);
    CHECK_THROWS_WITH(receive<int>(), Contains("same hash") && Contains("quite::another") && Contains("int"));
  });
}

TEST_CASE("type identity: a collision that was found out loses nothing") {
  shoal::run([] {
    send_to_self_as(collides_with<int>, 7);
    send(self(), std::string("behind"));
    CHECK_THROWS_AS(receive<int>(), misuse);
    CHECK(receive<std::string>() == "behind");
    CHECK(receive([](message m) { return std::string(m.type_name()); }) == "quite::another");
  });
}
