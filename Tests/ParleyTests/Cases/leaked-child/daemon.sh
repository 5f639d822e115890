sleep 60 &
echo serving
read line
