# docs/shoal.gdb — shows processes that no thread runs. See docs/tools.md. For x86-64, a live program, a library with debug
# information. Select a thread that runs, or has run, code of the runtime: "thread 2".

define shoal-find-core
  # A thread that stands in assembler would have gdb read what follows as assembler.
  set language c++
  # From the worker whose thread this is.
  set $shoal_worker = 'shoal::detail::(anonymous namespace)::this_threads_worker'
  set $shoal_core = &(*(shoal::detail::core::local**) &$shoal_worker->local_)->home
end

define shoal-ps
  shoal-find-core
  set $shoal_i = 0
  while $shoal_i < $shoal_core->processes_.made_._M_i
    set $shoal_p = (shoal::detail::process*) $shoal_core->processes_.chunks_[$shoal_i / 1024] + $shoal_i % 1024
    if ($shoal_p->flags_._M_i & 1) != 0
      printf "%6d  generation %-6lu  ", $shoal_i, $shoal_p->generation_._M_i
      output $shoal_p->waits_for_._M_i
      printf "  "
      output *$shoal_p->place_._M_impl
      printf "\n"
    end
    set $shoal_i = $shoal_i + 1
  end
  set language auto
end
document shoal-ps
Lists all processes of the runtime whose worker the selected thread is.
end

define shoal-bt
  shoal-find-core
  set $shoal_p = (shoal::detail::process*) $shoal_core->processes_.chunks_[$arg0 / 1024] + $arg0 % 1024
  set $shoal_sp = (char*) $shoal_p->context_._M_b._M_p
  if $shoal_sp == 0 || (long) $shoal_p->waits_for_._M_i < 2
    printf "process %d is not waiting\n", $arg0
  else
    frame 0
    set $shoal_rip = $rip
    set $shoal_rsp = $rsp
    set $shoal_rbp = $rbp
    set $shoal_rbx = $rbx
    set $rbp = *(long*) $shoal_sp
    set $rbx = *(long*) ($shoal_sp + 8)
    set $rip = *(long*) ($shoal_sp + 16)
    set $rsp = (long) ($shoal_sp + 160)
    backtrace
    set $rip = $shoal_rip
    set $rsp = $shoal_rsp
    set $rbp = $shoal_rbp
    set $rbx = $shoal_rbx
  end
  set language auto
end
document shoal-bt
shoal-bt INDEX: the backtrace of a waiting process. Any thread of that runtime must be selected; its registers are put back.
end
