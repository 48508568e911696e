-- Text from bytes, which are UTF-8 or refused
select convert_from('\xefbbbf61', 'UTF8') = chr(65279) || 'a', length(convert_from('\xefbbbf61', 'UTF8'));
select convert_from('\xe4fe61', 'UTF8');
select convert_from('\x610062', 'UTF8');
select convert_from('\x61f09f', 'UTF8');
select convert_from('\xeda080', 'UTF8');
select convert_from('\xf4908080', 'utf-8');
select convert_from('\xc3a9', 'UTF8'), convert_from('', 'UTF8');
select chr(65279) || 'x' as "﻿", '﻿é' as b;
