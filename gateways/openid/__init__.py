"""An OpenID Provider over identity: agencies sign citizens on by the standard, building nothing."""
