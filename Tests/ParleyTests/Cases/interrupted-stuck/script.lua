t:listen "api"
os.execute("touch started; exec cat gate")
