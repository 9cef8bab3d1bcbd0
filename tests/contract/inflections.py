"""Inflected forms that must be found by one another, by language: each line is one word in several of its forms."""

INFLECTIONS: dict[str, str] = {
    "bg": """
        мигрант мигранти мигрантите мигрантът
        бежанец бежанци бежанците
        училище училища училището училищата
        курс курсове курсовете курсът
        жена жени жените жената
        град градове градовете градът
        проект проекти проектите проектът
        интеграция интеграцията
        дете детето
        работник работници работниците
        език езици езиците езикът
    """,
    "cs": """
        uprchlík uprchlíci uprchlíků uprchlíkům
        škola školy školách školou
        jazyk jazyka jazykem
        žena ženy ženám ženách
        migrant migranti migrantů migrantům
        integrace integraci integrací
        kurz kurzy kurzů kurzům
        město města městech
        zaměstnání zaměstnáním
        učitel učitelé učitelů
    """,
    "da": """
        flygtning flygtninge flygtningene flygtningenes
        skole skoler skolen skolerne
        kursus kurset
        kvinde kvinder kvinderne kvinden
        indvandrer indvandrere indvandrerne
        by byer byen byerne
        kommune kommuner kommunen kommunerne
        bolig boliger boligen boligerne
        projekt projekter projektet projekterne
        samfund samfundet
    """,
    "de": """
        Flüchtling Flüchtlinge Flüchtlingen Flüchtlings
        Schule Schulen
        Kurs Kurse Kursen
        Frau Frauen
        Unterkunft Unterkünfte Unterkünften
        Migrantin Migrantinnen
        Kind Kinder Kindern Kindes
        Stadt Städte Städten
        Sprache Sprachen
        Erfahrung Erfahrungen
        Ausbildung Ausbildungen
    """,
    "el": """
        πρόσφυγας πρόσφυγες προσφύγων
        μετανάστης μετανάστες μεταναστών
        σχολείο σχολεία σχολείων
        γυναίκα γυναίκες γυναικών
        πόλη πόλης
        γλώσσα γλώσσες γλωσσών
        ένταξη ένταξης
        μάθημα μαθήματα μαθημάτων
        οικογένεια οικογένειες
        εργασία εργασίες εργασίας
    """,
    "en": """
        refugee refugees refugee's
        migrant migrants
        integrate integrates integrated integrating integration
        course courses
        city cities
        employ employed employing
        teach teaching teaches
        community communities
        volunteer volunteers volunteering
        school schools
    """,
    "es": """
        refugiado refugiados refugiada refugiadas
        migrante migrantes
        escuela escuelas
        curso cursos
        mujer mujeres
        ciudad ciudades
        integración integraciones
        vivienda viviendas
        trabajador trabajadores trabajadora trabajadoras
        acogida acogidas
    """,
    "et": """
        pagulane pagulased pagulaste
        kool koolid
        keel keeled
        kursus kursused
        naine naised
        linn linnad
        laps lapsed
        sisserändaja sisserändajad
        projekt projektid
        õpetaja õpetajad
        perekond perekonnad
    """,
    "fi": """
        koulu koulut koulussa kouluissa koulun
        kurssi kurssit kurssilla kurssin
        kaupunki kaupungit
        maahanmuuttaja maahanmuuttajat maahanmuuttajien maahanmuuttajille
        talo talot talossa
        kieli kielen
        projekti projektit projektin
        perhe perheet perheen
        opettaja opettajat opettajien
        kotoutuminen kotoutumisen
        työpaikka työpaikat
    """,
    "fr": """
        réfugié réfugiés réfugiée réfugiées
        école écoles
        cours cours
        migrant migrants migrante migrantes
        intégration intégrations
        femme femmes
        ville villes
        logement logements
        bénévole bénévoles
        formation formations
        européen européens européenne européennes
    """,
    "ga": """
        imirce himirce
        scoil scoileanna
        cathair chathair gcathair
        bean bhean
        teanga theanga dteanga
        cúrsa chúrsa gcúrsa
        clár chlár gclár
        pobal phobal bpobal
        tír thír dtír
        duine dhuine nduine
        dídeanaithe dhídeanaithe ndídeanaithe
    """,
    "hr": """
        izbjeglica izbjeglice izbjeglicama izbjeglicu
        migrant migranti migranata migrantima
        škola škole školu školama
        žena žene ženama ženu
        integracija integracije integraciji integraciju
        grad grada gradu gradovi gradova
        tečaj tečaja tečaju
        jezik jezika jeziku
        projekt projekta projekti projektima
        učitelj učitelja učitelji učiteljima
    """,
    "hu": """
        menekültek menekülteknek menekültekkel
        iskola iskolák iskolában iskolába
        nyelv nyelvek nyelvet nyelven
        város városok városban városi
        migráns migránsok migránsoknak
        tanfolyam tanfolyamok tanfolyamot
        gyermek gyermekek gyermekeknek
        család családok családot családban
        munka munkát munkában
        nő nők nőknek
        projekt projektek projektben
    """,
    "it": """
        rifugiato rifugiati rifugiata rifugiate
        scuola scuole
        corso corsi
        donna donne
        integrazione integrazioni
        migrante migranti
        lavoratore lavoratori
        volontario volontari volontaria
        insegnante insegnanti
        alloggio alloggi
        mediatore mediatori
    """,
    "lt": """
        pabėgėlis pabėgėliai pabėgėlių pabėgėliams
        mokykla mokyklos mokyklų mokykloje
        kalba kalbos kalbų kalbą
        moteris moterys moterų
        migrantas migrantai migrantų migrantams
        miestas miestai miestų mieste
        projektas projektai projektų
        šeima šeimos šeimų šeimoms
        vaikas vaikai vaikų vaikams
        integracija integracijos integraciją
    """,
    "lv": """
        bēglis bēgļi bēgļiem bēgļu
        skola skolas skolām skolu
        valoda valodas valodu
        sieviete sievietes sievietēm
        migrants migranti migrantiem migrantu
        pilsēta pilsētas pilsētu pilsētā
        kurss kursi kursiem kursu
        projekts projekti projektu projektam
        ģimene ģimenes ģimenēm
        bērns bērni bērniem bērnu
        integrācija integrācijas integrāciju
    """,
    "mt": """
        integrazzjoni l-integrazzjoni tal-integrazzjoni għall-integrazzjoni
        skola l-iskola-skola
        migranti il-migranti tal-migranti għall-migranti
        nisa n-nisa għan-nisa
        kors il-kors tal-kors
        tfal it-tfal tat-tfal għat-tfal
        belt il-belt fil-belt
        lingwa il-lingwa bil-lingwa tal-lingwa
        xogħol ix-xogħol tax-xogħol
        familji il-familji
        refuġjati ir-refuġjati tar-refuġjati mir-refuġjati
    """,
    "nl": """
        vluchteling vluchtelingen
        school scholen
        cursus cursussen
        vrouw vrouwen
        stad stads
        gemeente gemeenten gemeentes
        kind kinderen
        vrijwilliger vrijwilligers
        woning woningen
        migrant migranten
        taal talen
        opleiding opleidingen
    """,
    "pl": """
        uchodźca uchodźcy uchodźców uchodźcom
        szkoła szkoły szkołę szkołach
        kurs kursy kursów kursach
        kobieta kobiety kobietom kobietami
        migrant migranci migrantów migrantom
        integracja integracji integrację
        miasto miasta miastach
        język języka językiem
        nauczyciel nauczyciele nauczycieli
        rodzina rodziny rodzinom
        mieszkanie mieszkania mieszkaniem
    """,
    "pt": """
        refugiado refugiados refugiada refugiadas
        escola escolas
        curso cursos
        mulher mulheres
        cidade cidades
        migrante migrantes
        integração integrações
        trabalhador trabalhadores
        criança crianças
        habitação habitações
        língua línguas
    """,
    "ro": """
        refugiat refugiați refugiaților
        școală școli școlile
        curs cursuri cursurile
        femeie femei femeile femeilor
        migrant migranți migranților
        oraș orașe orașele
        limbă limbi limbile
        integrare integrării integrarea
        copil copii copiilor
        familie familii familiile familiilor
        proiect proiecte proiectele
    """,
    "sk": """
        utečenec utečenci utečencov
        škola školy školách školou
        jazyk jazyka jazyky
        žena ženy ženám ženách
        migrant migranti migrantov
        integrácia integrácie integráciu
        kurz kurzy kurzov
        mesto mesta mestách
        vzdelávanie vzdelávania
        učiteľ učitelia učiteľov
        rodina rodiny rodinám
    """,
    "sl": """
        begunec begunci beguncev beguncem
        šola šole šolah šolam šolo
        jezik jezika jeziki jezikov
        ženska ženske ženskam ženskah
        migrant migranti migrantov migrantom
        integracija integracije integracijo integracijah
        tečaj tečaji tečajev tečaja
        mesto mesta mestih mestom
        delavec delavci delavcev
        zaposlitev zaposlitve zaposlitvi
        učitelj učitelji učiteljev
    """,
    "sv": """
        flykting flyktingar flyktingarna flyktingarnas
        skola skolor skolan skolorna
        kurs kurser kursen kurserna
        kvinna kvinnor kvinnorna kvinnan
        invandrare invandraren
        stad städer
        kommun kommuner kommunen kommunerna
        bostad bostäder
        språk språket språken
        projekt projektet projekten
        förälder föräldrar
    """,
}
