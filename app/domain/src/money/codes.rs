//! The codes of ISO 4217 that money is written in: what circulates, and the funds that contracts name.

use super::Currency;

/// In alphabetical order. Metals, test codes and "no currency" (`XAU`, `XTS`, `XXX`) are left out: no bill is
/// paid in them. Codes that were retired within the last years stay, because old bills carry them.
const KNOWN: &str = "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BOV BRL BSD \
     BTN BWP BYN BZD CAD CDF CHE CHF CHW CLF CLP CNH CNY COP COU CRC CUC CUP CVE CZK DJF DKK DOP DZD EGP ERN \
     ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY \
     KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK \
     MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR \
     SDG SEK SGD SHP SLE SLL SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD USN \
     UYI UYU UYW UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG ZWL";

impl Currency {
    /// The code of every currency that ISO 4217 names, in alphabetical order.
    pub fn known_codes() -> impl Iterator<Item = &'static str> {
        KNOWN.split_ascii_whitespace()
    }

    /// Whether ISO 4217 names it. Three capital letters are a currency by their form alone, so that a bill with
    /// a code that nobody knows is kept and can be asked about.
    #[must_use]
    pub fn is_known(&self) -> bool {
        Self::known_codes().any(|code| code == self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_a_currency_and_comes_once() {
        let codes: Vec<&str> = Currency::known_codes().collect();
        let mut sorted = codes.clone();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(codes, sorted);
        assert!(codes.iter().all(|code| code.parse::<Currency>().is_ok_and(|currency| currency.is_known())));
        for (code, known) in [("JPY", true), ("USD", true), ("EUR", true), ("USX", false), ("XXX", false)] {
            assert_eq!(code.parse::<Currency>().unwrap().is_known(), known, "{code}");
        }
    }
}
