// An immutable string whose copies share its bytes: one pointer, and none of them where it is empty. For what
// ten thousand waiting jobs keep (ids, bodies), and for what most of them do not have.
#pragma once

#include <atomic>
#include <cstdint>
#include <cstring>
#include <new>
#include <string>
#include <string_view>
#include <utility>

namespace pixazo::wire {

class SharedText {
 public:
  SharedText() = default;
  SharedText(std::string_view text) : block_(text.empty() ? nullptr : Make(text)) {}
  SharedText(const std::string& text) : SharedText(std::string_view(text)) {}
  SharedText(const char* text) : SharedText(std::string_view(text)) {}
  SharedText(const SharedText& other) noexcept : block_(other.block_) {
    if (block_) block_->owners.fetch_add(1, std::memory_order_relaxed);
  }
  SharedText(SharedText&& other) noexcept : block_(std::exchange(other.block_, nullptr)) {}
  SharedText& operator=(SharedText other) noexcept {
    std::swap(block_, other.block_);
    return *this;
  }
  ~SharedText() {
    if (block_ && block_->owners.fetch_sub(1, std::memory_order_acq_rel) == 1) ::operator delete(block_);
  }

  bool empty() const { return !block_; }
  size_t size() const { return block_ ? block_->size : 0; }
  const char* c_str() const { return block_ ? Bytes(block_) : ""; }
  std::string_view view() const { return {c_str(), size()}; }
  std::string str() const { return std::string(view()); }
  operator std::string_view() const { return view(); }

  friend bool operator==(const SharedText& a, std::string_view b) { return a.view() == b; }
  friend bool operator==(const SharedText& a, const std::string& b) { return a.view() == b; }
  friend bool operator==(const SharedText& a, const char* b) { return a.view() == b; }
  friend bool operator==(const SharedText& a, const SharedText& b) {
    return a.block_ == b.block_ || a.view() == b.view();
  }

 private:
  struct Block {
    std::atomic<uint32_t> owners{1};
    uint32_t size = 0;
  };
  static char* Bytes(Block* block) { return reinterpret_cast<char*>(block + 1); }

  static Block* Make(std::string_view text) {
    auto* block = new (::operator new(sizeof(Block) + text.size() + 1)) Block;
    block->size = static_cast<uint32_t>(text.size());
    std::memcpy(Bytes(block), text.data(), text.size());
    Bytes(block)[text.size()] = '\0';
    return block;
  }

  Block* block_ = nullptr;
};

}  // namespace pixazo::wire
