-- What the script itself starts belongs to no process under test.
t:isTrue(os.execute "exec sleep 60 >/dev/null 2>&1 &")
