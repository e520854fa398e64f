// What every object behind a public handle has in common: a tag of its kind as its first member, and for most
// of them a count of owners.
#pragma once

#include <atomic>
#include <cstdint>
#include <utility>

namespace pixazo::client {

enum class Tag : uint32_t {
  kDead = 0x64616564,
  kCatalogue = 0x707a6361,
  kEndpoint = 0x707a656e,
  kParam = 0x707a7061,
  kOptions = 0x707a6f70,
  kRequest = 0x707a7265,
  kClient = 0x707a636c,
  kJob = 0x707a6a6f,
  kEvent = 0x707a6576,
  kOutput = 0x707a6f75,
  kError = 0x707a6572,
  kJournal = 0x707a6a6e,
};

// First base of every object behind a handle, so that its tag is the object's first member.
template <Tag T>
class Handle {
 public:
  static constexpr Tag kTag = T;
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;

 protected:
  Handle() = default;
  ~Handle() { tag_.store(Tag::kDead, std::memory_order_relaxed); }

 private:
  std::atomic<Tag> tag_{T};
};

// The object behind a handle, or nullptr: NULL, misaligned, another kind.
template <class T>
T* FromHandle(void* p) {
  if (!p || reinterpret_cast<uintptr_t>(p) % alignof(std::atomic<Tag>) != 0) return nullptr;
  const Tag tag = static_cast<std::atomic<Tag>*>(p)->load(std::memory_order_relaxed);
  return tag == T::kTag ? static_cast<T*>(p) : nullptr;
}

// Starts with one owner. Self::Dispose() is called by the last one.
template <class Self>
class RefCounted {
 public:
  void Retain() const { owners_.fetch_add(1, std::memory_order_relaxed); }
  void Release() const {
    if (Drop() == 0) const_cast<Self*>(static_cast<const Self*>(this))->Dispose();
  }
  uint32_t owners() const { return owners_.load(std::memory_order_acquire); }

 protected:
  uint32_t Drop() const { return owners_.fetch_sub(1, std::memory_order_acq_rel) - 1; }

 private:
  mutable std::atomic<uint32_t> owners_{1};
};

// One owner of a RefCounted.
template <class T>
class Ref {
 public:
  Ref() = default;
  static Ref Adopt(T* p) {  // takes over an owner that is counted already
    Ref r;
    r.p_ = p;
    return r;
  }
  static Ref Share(T* p) {
    if (p) p->Retain();
    return Adopt(p);
  }
  Ref(const Ref& other) : p_(other.p_) {
    if (p_) p_->Retain();
  }
  Ref(Ref&& other) noexcept : p_(std::exchange(other.p_, nullptr)) {}
  Ref& operator=(Ref other) noexcept {
    std::swap(p_, other.p_);
    return *this;
  }
  ~Ref() {
    if (p_) p_->Release();
  }

  T* get() const { return p_; }
  T* operator->() const { return p_; }
  T& operator*() const { return *p_; }
  explicit operator bool() const { return p_ != nullptr; }
  T* Detach() { return std::exchange(p_, nullptr); }

 private:
  T* p_ = nullptr;
};

}  // namespace pixazo::client
